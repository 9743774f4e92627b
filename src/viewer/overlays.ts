import type { LabelMap } from '../core/label-map';
import { applyRigid } from '../core/rigid';
import { cross, type Vec3 } from '../core/vector';
import type { Comparison } from './comparison';
import { EMPTY_BOUNDS, grownBounds, labelBounds } from './label-picture';
import type { Pane, PaneScene } from './pane';
import type { PaneLinks } from './pane-links';
import type { BrushMark, CentreMark, HeatmapLayer, MaskStyle, PaneWords, PatchPlace, Ruler, Window } from './types';

/** What the panes have in common when one of them is drawn. */
export interface SharedView {
  readonly panes: readonly Pane[];
  readonly active: Pane | undefined;
  readonly links: PaneLinks;
  readonly words: PaneWords['link'];
  readonly window: Window;
  readonly invert: boolean;
}

/** What lies over the pictures, for all panes; points are in the reference world, LPS mm. */
export class Overlays {
  labelMap: PaneScene['labelMap'] = null;
  style: MaskStyle = { visible: true, fill: false, opacity: 0.25 };
  heatmap: HeatmapLayer | null = null;
  comparisons: readonly Comparison[] = [];
  patches: readonly PatchPlace[] = [];
  centre: CentreMark | null = null;
  brush: BrushMark | null = null;
  ruler: Ruler | null = null;
  cursorLpsMm: Vec3 | null = null;
  private version = 0;

  /** Takes a label map over, or none. */
  setLabelMap(map: LabelMap | null): void {
    this.labelMap = map ? { map, bounds: labelBounds(map) ?? EMPTY_BOUNDS, version: ++this.version } : null;
  }

  /** The labels in use changed within `radiusMm` of a point (label map's world, LPS mm). */
  labelsTouched(pointLpsMm: Vec3, radiusMm: number): void {
    if (!this.labelMap) return;
    const { map, bounds } = this.labelMap;
    this.labelMap = { map, bounds: grownBounds(map.grid, bounds, pointLpsMm, radiusMm), version: ++this.version };
  }

  /** Begins or goes on with a length in a pane's own world, LPS mm. */
  measure(paneId: string, pointLpsMm: Vec3, begin: boolean): void {
    this.ruler = { paneId, fromLpsMm: begin || this.ruler === null ? pointLpsMm : this.ruler.fromLpsMm, toLpsMm: pointLpsMm };
  }

  /** The part of it that one pane shows. */
  sceneOf(pane: Pane, { panes, active, links, words, window, invert }: SharedView): PaneScene {
    const comparison = this.comparisons.find(({ volumeId }) => volumeId === pane.volume.id);
    return {
      labelMap: this.labelMap,
      toPane: links.mapOf(pane.volume.id),
      style: this.style,
      comparison: comparison ? { ...comparison, toOther: (p) => applyRigid(links.mapOf(comparison.other.id), links.toReference(pane, p)) } : null,
      heatmap: this.heatmap,
      patch: this.patches.find((place) => place.volumeId === pane.volume.id) ?? null,
      centreLpsMm: this.centre ? links.toPane(pane, this.centre.pointLpsMm) : null,
      centreLabel: this.centre?.label ?? '',
      cursorLpsMm: this.cursorLpsMm && (panes.length > 1 || this.brush) ? links.toPane(pane, this.cursorLpsMm) : null,
      brush: this.brush,
      ruler: this.ruler?.paneId === pane.spec.id ? this.ruler : null,
      lines: linesOf(pane, panes, active),
      link: panes.length < 2 ? '' : links.nameOf(pane, words),
      window,
      invert,
    };
  }
}

/** Where the slices of the other planes cut this one. */
function linesOf(pane: Pane, panes: readonly Pane[], active: Pane | undefined): PaneScene['lines'] {
  return panes
    .filter((other) => other.plane.normalAxis !== pane.plane.normalAxis)
    .map((other) => ({
      pointLpsMm: other.slicePointLpsMm,
      alongLps: cross(other.plane.stepLps, pane.plane.stepLps),
      colour: other === active ? '#4cc2b5' : '#d7dee5',
    }));
}

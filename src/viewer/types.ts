import type { Vec3 } from '../core/vector';
import type { ColourMapName } from './colour-maps';
import type { PlaneName } from './plane';
import type { CoarseMap } from './upsample';

/** A pane to show: which volume, cut how. `letter` is what stands large in its corner. */
export interface PaneSpec {
  readonly id: string;
  readonly volumeId: string;
  readonly plane: PlaneName;
  readonly letter: string;
  readonly title: string;
  readonly colour: string;
  /** The pane that is active when the user has chosen none. */
  readonly preferred: boolean;
}

/** Window centre and width in HU. */
export interface Window {
  readonly level: number;
  readonly width: number;
}

/** How masks are shown. */
export interface MaskStyle {
  readonly visible: boolean;
  readonly fill: boolean;
  /** 0..1, of the fill. */
  readonly opacity: number;
}

/** The patch's square in the world of its own phase: first pixel's centre and the steps, as in `core/reading` Patch. */
export interface PatchPlace {
  readonly volumeId: string;
  readonly sizePx: number;
  readonly firstPixelLpsMm: Vec3;
  readonly columnStepLpsMm: Vec3;
  readonly rowStepLpsMm: Vec3;
}

/** A heatmap of 0..1 in cells of the patch, with its place. */
export interface HeatmapLayer extends PatchPlace, CoarseMap {
  readonly colours: ColourMapName;
  readonly opacity: number;
}

/** The mass centre in the reference world. */
export interface CentreMark {
  readonly pointLpsMm: Vec3;
  readonly label: string;
}

/** Sentences of the overlays, made by the page in its language. */
export interface PaneWords {
  slice(number: number, of: number): string;
  position(mm: number, letter: string): string;
  window(width: number, level: number): string;
  hu(value: number): string;
  millimetres(mm: number): string;
  /** A length that was measured. */
  length(mm: number): string;
  readonly centreHandle: string;
  readonly pane: (letter: string, plane: PlaneName) => string;
  readonly link: { readonly position: string; readonly registration: string; readonly offset: string; readonly off: string };
}

/** The brush over the panes: its circle and colour. */
export interface BrushMark {
  readonly radiusMm: number;
  readonly colour: string;
}

/** A length measured in one pane, ends in the pane's own world, LPS mm. */
export interface Ruler {
  readonly paneId: string;
  readonly fromLpsMm: Vec3;
  readonly toLpsMm: Vec3;
}

/** A piece of a brush stroke. The point is in the label map's world, LPS mm; `normalAxis` is the axis of its grid across the slice. */
export interface StrokePiece {
  readonly phase: 'begin' | 'move' | 'end';
  readonly pointLpsMm: Vec3;
  readonly normalAxis: 0 | 1 | 2;
}

/** What happens in the panes, told to the page. Points are in the reference world (the linked one), LPS mm. */
export interface RoomListener {
  onActive?(paneId: string): void;
  onWindow?(window: Window): void;
  onMaximise?(paneId: string): void;
  onCentreMove?(pointLpsMm: Vec3, finished: boolean): void;
  onStroke?(piece: StrokePiece): void;
}

/** What the left mouse button, or one finger, does. */
export type PrimaryTool = 'window' | 'scroll' | 'pan' | 'zoom' | 'length' | 'brush';

import { LABEL, type LabelMap } from '../core/label-map';
import { lpsToIndex, voxelOffset } from '../core/grid';
import type { Vec3 } from '../core/vector';
import type { BrushRule } from '../editing/brush';
import { MaskEditor } from '../editing/mask-editor';
import type { StrokePiece } from '../viewer/types';
import { useApp } from './store/store';
import { labelMapInUse, offeredLabels, volumeById } from './volumes';

/** A threshold brush takes what lies within this of the density where the stroke began, HU. */
const THRESHOLD_HU = 50;

/** One editor per volume that was outlined: a change of phases and back finds its edits again. */
const editors = new Map<string, MaskEditor>();
let last: Vec3 | null = null;
let threshold: BrushRule['threshold'] = null;

/** The editor of the label map in use, or null before segmentation. */
function editorInUse(): MaskEditor | null {
  const map = labelMapInUse();
  if (!map) return null;
  const known = editors.get(map.volumeId);
  if (known?.map === map) return known;
  const made = new MaskEditor(map);
  editors.set(map.volumeId, made);
  return made;
}

/** Forgets all edits: another case, or outlines by another pack. */
export function forgetEdits(): void {
  editors.clear();
}

/** The label map to show for a volume that was just outlined: with its edits up to `version`, or as it came. */
export function withEdits(map: LabelMap, version: number): LabelMap {
  const known = editors.get(map.volumeId);
  if (!known || known.map.labels.length !== map.labels.length) return map;
  known.goTo(version);
  return known.map;
}

/** Labels to be read instead of the worker's own, once anything was ever edited. */
export function editedLabels(): Uint8Array | undefined {
  const map = labelMapInUse();
  const editor = map ? editors.get(map.volumeId) : undefined;
  return editor && editor.map === map && editor.touched ? editor.map.labels : undefined;
}

/** The label map in use as the segmentation left it, in an array of its own; null before segmentation. */
export function automaticLabelMap(): LabelMap | null {
  const editor = editorInUse();
  if (!editor) return null;
  const { version } = editor;
  editor.goTo(0);
  const labels = editor.map.labels.slice();
  editor.goTo(version);
  return { ...editor.map, labels };
}

/** Takes over labels that were edited at another time, as one step; the version that then is in force. */
export function adoptEditedLabels(labels: Uint8Array): number {
  const editor = editorInUse();
  return editor?.replaceBy(labels) === true ? editor.version : 0;
}

/** Takes a piece of a stroke. `touched` tells what to draw anew; the result is the new version when a stroke ended with a change. */
export function takeStroke(piece: StrokePiece, touched: (pointLpsMm: Vec3, radiusMm: number) => void): number | null {
  const active = editorInUse();
  const { brush } = useApp.getState();
  if (!active || !brush.tool) return null;
  if (piece.phase === 'end') {
    last = null;
    return active.endStroke() ? active.version : null;
  }
  if (piece.phase === 'begin') threshold = brush.threshold && brush.tool === 'brush' ? thresholdAt(active, piece.pointLpsMm) : null;
  const from = piece.phase === 'begin' ? piece.pointLpsMm : (last ?? piece.pointLpsMm);
  last = piece.pointLpsMm;
  const rule: BrushRule = { radiusMm: brush.radiusMm, normalAxis: piece.normalAxis, threshold };
  if (active.paint(from, piece.pointLpsMm, brush.tool === 'eraser' ? LABEL.background : LABEL[brush.label], rule)) {
    touched(from, brush.radiusMm + 2);
    touched(piece.pointLpsMm, brush.radiusMm + 2);
  }
  return null;
}

function thresholdAt(active: MaskEditor, pointLpsMm: Vec3): BrushRule['threshold'] {
  const { grid, volumeId } = active.map;
  const hu = volumeById(volumeId)?.hu;
  if (!hu) return null;
  const [i, j, k] = lpsToIndex(grid, pointLpsMm).map(Math.round) as [number, number, number];
  const around: number[] = [];
  for (let b = -1; b <= 1; b++) for (let a = -1; a <= 1; a++) around.push(hu[voxelOffset(grid, i + a, j + b, k)] ?? 0);
  const mean = around.reduce((sum, value) => sum + value, 0) / around.length;
  return { hu, lowHu: mean - THRESHOLD_HU, highHu: mean + THRESHOLD_HU };
}

/** A change of a whole mass, or between slices. */
export type MaskAction = { readonly kind: 'fill' } | { readonly kind: 'from-files' } | { readonly kind: 'smooth' | 'delete' | 'tumour' | 'cyst'; readonly pointLpsMm: Vec3; readonly label: 'tumour' | 'cyst' };

/** Does an action; the new version, or null when nothing changed. */
export function doMaskAction(action: MaskAction): number | null {
  const active = editorInUse();
  if (!active) return null;
  return changeWith(active, action) ? active.version : null;
}

function changeWith(active: MaskEditor, action: MaskAction): boolean {
  if (action.kind === 'from-files') return active.replaceBy(offeredLabels(active.map.volumeId) ?? active.map.labels);
  if (action.kind === 'fill') return active.fillBetween(LABEL[useApp.getState().brush.label]);
  if (action.kind === 'smooth') return active.smooth(action.pointLpsMm, LABEL[action.label]);
  return active.relabel(action.pointLpsMm, LABEL[action.label], action.kind === 'delete' ? LABEL.background : LABEL[action.kind]);
}

/** Travels to a version of the masks; true when they changed. */
export function goToMasks(version: number): boolean {
  const active = editorInUse();
  if (!active || active.version === version) return false;
  active.goTo(version);
  return true;
}

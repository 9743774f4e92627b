import { LABEL, type LabelMap } from '../core/label-map';
import type { Vec3 } from '../core/vector';
import { strokeVoxels, type BrushRule } from './brush';
import { componentAt, seedNear } from './component';
import { applyEdit, editOf, joinEdits, revertEdit, type Edit } from './edit';
import { fillBetween } from './fill-between';
import { smoothComponent } from './smooth';

/** How far from a mass's centre its mask may begin, mm. */
const SEED_REACH_MM = 40;

/**
 * Owns a label map while it is corrected. Every change is an edit with a number: `version` counts those in force, and
 * `goTo` travels to any of them, so that undo and redo belong to whoever keeps the numbers. Version 0 is the automatic map.
 */
export class MaskEditor {
  private readonly edits: Edit[] = [];
  private stroke: Edit[] = [];
  private inForce = 0;

  constructor(readonly map: LabelMap) {}

  /** Number of edits in force. */
  get version(): number {
    return this.inForce;
  }

  /** True once anything was edited, even if all of it was taken back. */
  get touched(): boolean {
    return this.edits.length > 0;
  }

  /** Takes edits back or brings them again until `version` are in force. */
  goTo(version: number): void {
    while (this.inForce > version) revertEdit(this.map.labels, this.edits[--this.inForce]!);
    while (this.inForce < version && this.inForce < this.edits.length) applyEdit(this.map.labels, this.edits[this.inForce++]!);
  }

  /** Paints from one point to the next (LPS mm, world of the map); label 0 erases. True when something changed. */
  paint(fromLpsMm: Vec3, toLpsMm: Vec3, label: number, rule: BrushRule): boolean {
    const { grid, labels } = this.map;
    const edit = editOf(labels, strokeVoxels(grid, fromLpsMm, toLpsMm, rule), label);
    if (!edit) return false;
    applyEdit(labels, edit);
    this.stroke.push(edit);
    return true;
  }

  /** Ends a stroke: all of it becomes one step. True when it changed anything. */
  endStroke(): boolean {
    const joined = joinEdits(this.stroke);
    this.stroke = [];
    if (!joined) return false;
    this.keep(joined);
    return true;
  }

  /** Fills the empty slices between painted ones. */
  fillBetween(label: number): boolean {
    return this.change(editOf(this.map.labels, fillBetween(this.map.grid, this.map.labels, label), label));
  }

  /** Rounds the mass at a point. */
  smooth(pointLpsMm: Vec3, label: number): boolean {
    const component = this.componentNear(pointLpsMm, label);
    const changes = smoothComponent(this.map.grid, this.map.labels, component, label, LABEL.kidney);
    return this.change(editOf(this.map.labels, changes.keys(), (offset) => changes.get(offset)!));
  }

  /** Gives the mass at a point another label; 0 deletes it. */
  relabel(pointLpsMm: Vec3, label: number, next: number): boolean {
    return this.change(editOf(this.map.labels, this.componentNear(pointLpsMm, label), next));
  }

  /** Takes labels over that were edited at another time, as one edit. True when they differ. */
  replaceBy(labels: Uint8Array): boolean {
    const own = this.map.labels;
    if (labels.length !== own.length) return false;
    const differing: number[] = [];
    for (let at = 0; at < own.length; at += 1) if (own[at] !== labels[at]) differing.push(at);
    return this.change(editOf(own, differing, (offset) => labels[offset]!));
  }

  private componentNear(pointLpsMm: Vec3, label: number): Uint32Array {
    const seed = seedNear(this.map.grid, this.map.labels, pointLpsMm, label, SEED_REACH_MM);
    return seed === null ? new Uint32Array(0) : componentAt(this.map.grid, this.map.labels, seed);
  }

  private change(edit: Edit | null): boolean {
    if (!edit) return false;
    applyEdit(this.map.labels, edit);
    this.keep(edit);
    return true;
  }

  private keep(edit: Edit): void {
    this.edits.length = this.inForce;
    this.edits.push(edit);
    this.inForce = this.edits.length;
  }
}

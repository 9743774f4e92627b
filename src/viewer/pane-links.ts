import type { RigidMap } from '../core/ports';
import { applyRigid, applyRigidInverse } from '../core/rigid';
import type { Vec3 } from '../core/vector';
import type { Plane } from './plane';
import type { PaneWords } from './types';

/** What linking needs to know of a pane. */
export interface LinkedPane {
  readonly volume: { readonly id: string };
  readonly plane: Pick<Plane, 'stepMm'>;
  /** A point moved along the pane's normal, LPS mm. */
  along(pointLpsMm: Vec3, mm: number): Vec3;
  /** Distance of the pane's own point from another, along its normal, mm. */
  offsetTo(pointLpsMm: Vec3): number;
}

/**
 * What ties the panes together: rigid maps from the reference world (LPS mm) into each volume's own, and offsets along the
 * normal that the user gave a pane by hand.
 */
export class PaneLinks {
  private maps: Readonly<Record<string, RigidMap | null>> = {};
  private readonly offsets = new Map<string, number>();
  linked = true;

  /** Rigid maps by volume; missing means identity. */
  setMaps(maps: Readonly<Record<string, RigidMap | null>>): void {
    this.maps = maps;
  }

  /** The map of a volume, or null for the identity. */
  mapOf(volumeId: string): RigidMap | null {
    return this.maps[volumeId] ?? null;
  }

  /** A point of the reference world in the pane's own. */
  toPane(pane: LinkedPane, pointLpsMm: Vec3): Vec3 {
    const id = pane.volume.id;
    return pane.along(applyRigid(this.maps[id], pointLpsMm), this.offsets.get(id) ?? 0);
  }

  /** A point of the pane's own world in the reference world. */
  toReference(pane: LinkedPane, pointLpsMm: Vec3): Vec3 {
    const id = pane.volume.id;
    return applyRigidInverse(this.maps[id], pane.along(pointLpsMm, -(this.offsets.get(id) ?? 0)));
  }

  /** Links again or lets each pane scroll alone; a difference from `active` that was made meanwhile stays as an offset. */
  setLinked(linked: boolean, panes: readonly LinkedPane[], active: LinkedPane | undefined, pointLpsMm: Vec3 | null): void {
    if (linked && !this.linked && pointLpsMm) {
      const own = this.offsets.get(active?.volume.id ?? '') ?? 0;
      for (const pane of panes) {
        const offset = pane.offsetTo(applyRigid(this.maps[pane.volume.id], pointLpsMm)) - own;
        if (Math.abs(offset) > pane.plane.stepMm / 2) this.offsets.set(pane.volume.id, offset);
      }
    }
    this.linked = linked;
  }

  /** Forgets the offsets given by hand. */
  clearOffsets(): void {
    this.offsets.clear();
  }

  /** Which of the three ties a pane: position, registration or a shift by hand; or that nothing does. */
  nameOf(pane: LinkedPane, words: PaneWords['link']): string {
    if (!this.linked) return words.off;
    if (this.offsets.has(pane.volume.id)) return words.offset;
    return this.maps[pane.volume.id] ? words.registration : words.position;
  }
}

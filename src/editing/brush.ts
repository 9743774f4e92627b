import type { Grid } from '../core/grid';
import { lpsToIndex, voxelOffset } from '../core/grid';
import type { Vec3 } from '../core/vector';

/** What a brush may touch beside its circle. */
export interface BrushRule {
  /** Circle of the brush in the slice, mm. */
  readonly radiusMm: number;
  /** Grid axis across which the slice is cut: 2 for axial scans. */
  readonly normalAxis: 0 | 1 | 2;
  /** Only voxels within these HU, with the volume that lies on the same grid; null paints all. */
  readonly threshold: { readonly hu: Int16Array; readonly lowHu: number; readonly highHu: number } | null;
}

/** Offsets of the voxels of one slice whose centres lie within the brush around a point (LPS mm). */
function brushVoxels(grid: Grid, pointLpsMm: Vec3, rule: BrushRule): number[] {
  const at = lpsToIndex(grid, pointLpsMm);
  const [a, b] = ([0, 1, 2] as const).filter((axis) => axis !== rule.normalAxis) as [0 | 1 | 2, 0 | 1 | 2];
  const slice = Math.round(at[rule.normalAxis]);
  if (slice < 0 || slice >= grid.sizeIjk[rule.normalAxis]) return [];
  const reach = (axis: 0 | 1 | 2): [number, number] => [
    Math.max(0, Math.ceil(at[axis] - rule.radiusMm / grid.spacingMm[axis])),
    Math.min(grid.sizeIjk[axis] - 1, Math.floor(at[axis] + rule.radiusMm / grid.spacingMm[axis])),
  ];
  const [a0, a1] = reach(a);
  const [b0, b1] = reach(b);
  const index: [number, number, number] = [0, 0, 0];
  index[rule.normalAxis] = slice;
  const found: number[] = [];
  for (let m = b0; m <= b1; m++) {
    for (let n = a0; n <= a1; n++) {
      const [da, db] = [(n - at[a]) * grid.spacingMm[a], (m - at[b]) * grid.spacingMm[b]];
      if (da * da + db * db > rule.radiusMm * rule.radiusMm) continue;
      index[a] = n;
      index[b] = m;
      const offset = voxelOffset(grid, ...index);
      const t = rule.threshold;
      if (t && (t.hu[offset]! < t.lowHu || t.hu[offset]! > t.highHu)) continue;
      found.push(offset);
    }
  }
  return found;
}

/** The brush along a line from one point to the next, so that a fast stroke has no gaps. */
export function strokeVoxels(grid: Grid, fromLpsMm: Vec3, toLpsMm: Vec3, rule: BrushRule): Set<number> {
  const d: Vec3 = [toLpsMm[0] - fromLpsMm[0], toLpsMm[1] - fromLpsMm[1], toLpsMm[2] - fromLpsMm[2]];
  const steps = Math.max(1, Math.ceil(Math.hypot(...d) / Math.max(0.5, rule.radiusMm / 2)));
  const found = new Set<number>();
  for (let n = 0; n <= steps; n++) {
    const p: Vec3 = [fromLpsMm[0] + (d[0] * n) / steps, fromLpsMm[1] + (d[1] * n) / steps, fromLpsMm[2] + (d[2] * n) / steps];
    for (const offset of brushVoxels(grid, p, rule)) found.add(offset);
  }
  return found;
}

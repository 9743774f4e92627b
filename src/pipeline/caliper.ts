/** The largest distance across a slice of a mass, and the longest chord square to it, mm. */
export interface Caliper {
  readonly longestMm: number;
  readonly perpendicularMm: number;
}

/**
 * Measures a set of pixels given by its extreme points. `points` holds x, y pairs in mm: for each row of pixels the middles
 * of the outer edges, so that a disc measures its diameter and not one pixel less. Convex hull, then all pairs of its corners.
 */
export function caliper(points: Float64Array, count: number): Caliper {
  const hull = convexHull(points, count);
  const n = hull.length / 2;
  let best = -1;
  let from = 0;
  let to = 0;
  for (let a = 0; a < n; a += 1) {
    for (let b = a + 1; b < n; b += 1) {
      const d = (hull[2 * a]! - hull[2 * b]!) ** 2 + (hull[2 * a + 1]! - hull[2 * b + 1]!) ** 2;
      if (d > best) {
        best = d;
        from = a;
        to = b;
      }
    }
  }
  if (best <= 0) return { longestMm: 0, perpendicularMm: 0 };
  const longestMm = Math.sqrt(best);
  const dx = (hull[2 * to]! - hull[2 * from]!) / longestMm;
  const dy = (hull[2 * to + 1]! - hull[2 * from + 1]!) / longestMm;
  return { longestMm, perpendicularMm: longestChord(hull, dx, dy) };
}

/** Longest chord of the hull square to (dx, dy): its length changes linearly between corners, so corners suffice. */
function longestChord(hull: readonly number[], dx: number, dy: number): number {
  const n = hull.length / 2;
  let longest = 0;
  for (let corner = 0; corner < n; corner += 1) {
    const along = hull[2 * corner]! * dx + hull[2 * corner + 1]! * dy;
    let low = Infinity;
    let high = -Infinity;
    for (let a = 0; a < n; a += 1) {
      const b = (a + 1) % n;
      const sa = hull[2 * a]! * dx + hull[2 * a + 1]! * dy - along;
      const sb = hull[2 * b]! * dx + hull[2 * b + 1]! * dy - along;
      if (sa * sb > 0) continue;
      const ta = -hull[2 * a]! * dy + hull[2 * a + 1]! * dx;
      const tb = -hull[2 * b]! * dy + hull[2 * b + 1]! * dx;
      const share = sa === sb ? 0 : sa / (sa - sb);
      const across = ta + share * (tb - ta);
      low = Math.min(low, across, sa === sb ? tb : across);
      high = Math.max(high, across, sa === sb ? tb : across);
    }
    longest = Math.max(longest, high - low);
  }
  return longest;
}

/** Andrew's monotone chain; returns x, y pairs in order around the hull. */
function convexHull(points: Float64Array, count: number): readonly number[] {
  const order = Array.from({ length: count }, (_, n) => n).sort(
    (a, b) => points[2 * a]! - points[2 * b]! || points[2 * a + 1]! - points[2 * b + 1]!,
  );
  const chain = (indices: readonly number[]): number[] => {
    const kept: number[] = [];
    for (const p of indices) {
      while (kept.length >= 2 && turn(points, kept[kept.length - 2]!, kept[kept.length - 1]!, p) <= 0) kept.pop();
      kept.push(p);
    }
    kept.pop();
    return kept;
  };
  const corners = [...chain(order), ...chain(order.reverse())];
  return corners.flatMap((p) => [points[2 * p]!, points[2 * p + 1]!]);
}

function turn(points: Float64Array, o: number, a: number, b: number): number {
  return (
    (points[2 * a]! - points[2 * o]!) * (points[2 * b + 1]! - points[2 * o + 1]!) -
    (points[2 * a + 1]! - points[2 * o + 1]!) * (points[2 * b]! - points[2 * o]!)
  );
}

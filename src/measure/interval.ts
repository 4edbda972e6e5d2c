/** Arithmetic of intervals: every edge that is measured lies in [lo, hi]. µs, or whatever unit both have. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

export const interval = (lo: number, hi: number): Interval => ({ lo: Math.min(lo, hi), hi: Math.max(lo, hi) });

export const overlap = (a: Interval, b: Interval): boolean => a.lo <= b.hi && b.lo <= a.hi;

/** The smallest interval that holds both. */
const hull = (a: Interval, b: Interval): Interval => ({ lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) });

/** From an edge to a later one: between the nearest and the farthest that they can be apart, never less than nothing. */
export const elapsed = (from: Interval, to: Interval): Interval => ({
  lo: Math.max(0, to.lo - from.hi),
  hi: Math.max(0, to.hi - from.lo),
});

/** Gaps between looks limit the precision of an edge. */
export const widened = (edge: Interval, blind: readonly Interval[]): Interval =>
  blind.reduce((wide, gap) => (overlap(edge, gap) ? hull(wide, gap) : wide), edge);

/** The same points as disjoint intervals in order. */
export function union(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const next of [...intervals].sort((a, b) => a.lo - b.lo)) {
    const last = merged.at(-1);
    if (last && next.lo <= last.hi) merged[merged.length - 1] = hull(last, next);
    else merged.push(next);
  }
  return merged;
}

/** How much the intervals cover together. */
export const covered = (intervals: readonly Interval[]): number =>
  union(intervals).reduce((sum, { lo, hi }) => sum + hi - lo, 0);

/** The longest time without an event among millions, which come in no order: without sorting them. */
import type { Column } from '../../journal/columns/narrow.ts';

/** Events in a column of times, at those rows whose code is at most `most`. */
export interface Events {
  readonly us: Column;
  readonly code: Column;
  readonly most: number;
}

const firstBuckets = 4096;
const finer = 4;

/**
 * The longest time between neighbours among `fromUs`, the events from `fromUs` on and before `untilUs`, and `untilUs`.
 *
 * Of each of many equal buckets the first and the last event are kept. The longest gap between buckets is the longest of
 * all where it is at least as long as a bucket, for a gap within a bucket is shorter than that. Otherwise the buckets are
 * made smaller: once there are as many as events, some gap is as long as a bucket (the pigeonhole principle).
 */
export function longestGap(sources: readonly Events[], fromUs: number, untilUs: number): number {
  if (!(untilUs > fromUs)) return 0;
  for (let buckets = firstBuckets; ; buckets *= finer) {
    const widthUs = (untilUs - fromUs) / buckets;
    const gapUs = gapBetween(sources, fromUs, untilUs, buckets);
    // An edge of a bucket is rounded, the times are whole µs.
    if (gapUs >= widthUs + 1 || widthUs < 1) return gapUs;
  }
}

function gapBetween(sources: readonly Events[], fromUs: number, untilUs: number, buckets: number): number {
  const first = new Float64Array(buckets).fill(Number.POSITIVE_INFINITY);
  const last = new Float64Array(buckets).fill(Number.NEGATIVE_INFINITY);
  const perUs = buckets / (untilUs - fromUs);
  for (const { us, code, most } of sources)
    for (let row = 0; row < us.length; row++) {
      const at = us[row]!;
      if (!(code[row]! <= most && at >= fromUs && at < untilUs)) continue;
      const bucket = Math.min(buckets - 1, Math.floor((at - fromUs) * perUs));
      if (at < first[bucket]!) first[bucket] = at;
      if (at > last[bucket]!) last[bucket] = at;
    }
  let [before, longest] = [fromUs, 0];
  for (let bucket = 0; bucket < buckets; bucket++) {
    if (first[bucket]! > last[bucket]!) continue;
    longest = Math.max(longest, first[bucket]! - before);
    before = last[bucket]!;
  }
  return Math.max(longest, untilUs - before);
}

/** Latencies of any number of requests in a fixed room: a histogram with buckets that grow with the latency. */

/** Buckets a decade; the quantiles are sharp to half a bucket, that is 1.8 %. */
const perDecade = 64;
const smallestUs = 10;
const decades = 8;
const bucketCount = perDecade * decades;

/** Most latencies are so short: their buckets are worked out once, for a logarithm takes longer than all else here. */
const known = Int16Array.from({ length: 1 << 16 }, (_, us) => worked(us));

/** The bucket of a latency in µs; the first and the last take what is beyond. */
const bucketOf = (us: number): number => known[us] ?? worked(us);

function worked(us: number): number {
  if (us <= smallestUs) return 0;
  return Math.min(bucketCount - 1, Math.floor(Math.log10(us / smallestUs) * perDecade));
}

/** The latency in the middle of a bucket, µs. */
const middleOf = (bucket: number): number => smallestUs * 10 ** ((bucket + 0.5) / perDecade);

export class LatencyHistogram {
  readonly #counts = new Float64Array(bucketCount);
  n = 0;
  maxUs = Number.NEGATIVE_INFINITY;

  add(us: number): void {
    const bucket = bucketOf(us);
    this.#counts[bucket] = this.#counts[bucket]! + 1;
    this.n++;
    if (us > this.maxUs) this.maxUs = us;
  }

  /** The q-quantile by the nearest rank, µs, within 1.8 %; the greatest is exact. NaN where there are none. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.n));
    if (this.n === 0) return Number.NaN;
    if (rank === this.n) return this.maxUs;
    let seen = 0;
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      seen += this.#counts[bucket]!;
      if (seen >= rank) return Math.min(middleOf(bucket), this.maxUs);
    }
    return this.maxUs;
  }
}

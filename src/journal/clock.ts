/** The run's one clock. It is monotonic and reads the same in every thread and process of this machine. */
export interface Clock {
  /** The run's time 0, in ns of `process.hrtime.bigint()`. */
  readonly originNs: bigint;
  /** Whole µs since the run began. */
  nowUs(): number;
  /** A reading of `process.hrtime.bigint()` as whole µs since the run began; negative before it. */
  fromNs(ns: bigint): number;
}

/** A clock whose time 0 is `originNs`: by default, now. */
export function startClock(originNs: bigint = process.hrtime.bigint()): Clock {
  const fromNs = (ns: bigint): number => Number((ns - originNs) / 1000n);
  return { originNs, fromNs, nowUs: () => fromNs(process.hrtime.bigint()) };
}

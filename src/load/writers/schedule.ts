/**
 * When requests are due. The load is open loop: due times come from a seed alone and never from how fast answers come,
 * because a client that waits for the system before it asks again hides the outage it was sent to measure
 * ("coordinated omission", Gil Tene).
 */

/** One write that is due: at `dueUs` after the start, by `worker` (0 … workers − 1). */
export interface Arrival {
  readonly dueUs: number;
  readonly worker: number;
}

export interface ArrivalOptions {
  readonly ratePerSecond: number;
  readonly workers: number;
  readonly seed: number;
}

/**
 * Poisson arrivals without end, in the order of their due times.
 *
 * Each worker is a Poisson process of rate `ratePerSecond / workers`. Their superposition is one Poisson process of rate
 * `ratePerSecond` whose events belong to workers chosen independently and uniformly (Kingman, Poisson Processes, 1993,
 * 5.1), so one stream of gaps, exponential by inversion, makes them all.
 */
export function* arrivals({ ratePerSecond, workers, seed }: ArrivalOptions): Generator<Arrival, never> {
  const random = randomFrom(seed);
  const meanGapUs = 1_000_000 / ratePerSecond;
  let atUs = 0;
  for (;;) {
    atUs += -Math.log(1 - random()) * meanGapUs;
    yield { dueUs: Math.round(atUs), worker: Math.floor(random() * workers) };
  }
}

/** When slot `slot` of the `index`th of `streams` is due, µs after the start. Streams share out the time between slots. */
export const slotDueUs = (stepUs: number, slot: number, index: number, streams: number): number =>
  slot * stepUs + Math.round((stepUs * index) / streams);

/**
 * Uniform numbers in [0, 1), the same for the same seed: the generator sfc32 (Chris Doty-Humphrey, PractRand), 32 bits
 * a number, warmed up as its author advises.
 */
export function randomFrom(seed: number): () => number {
  let a = seed | 0;
  let b = (seed / 2 ** 32) | 0;
  let c = 0x9e3779b9;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}

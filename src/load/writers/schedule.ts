/**
 * When requests are due. The load is open loop: due times come from a seed alone and never from how fast answers come,
 * because a client that waits for the system before it asks again hides the outage it was sent to measure
 * ("coordinated omission", Gil Tene).
 */

import { randomFrom } from '../../random.ts';
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

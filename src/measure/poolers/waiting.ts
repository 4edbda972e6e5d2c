/** Clients that waited in the poolers for a server connection: how many, how long, the longest. */
import type { Run } from '../../journal/run.ts';
import { recoveries } from '../availability/recoveries.ts';
import { counted, measured, ms, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';
import { heldUs, lookUs, type Pooler, poolersOf, whyNotWatched } from './pools.ts';

const secondUs = 1_000_000;

interface Waited {
  readonly pooler: string;
  /** ∫ cl_waiting dt, µs × clients. */
  readonly areaUs: number;
  readonly peak: number;
  /** Time in which the console did not answer. */
  readonly unseenUs: number;
  readonly maxWaitUs: number;
  readonly evidence: readonly number[];
}

/** @returns why it is not measurable, where it is not */
function waited(run: Run): readonly Waited[] | string {
  const why = whyNotWatched(run);
  if (why) return why;
  const found = recoveries(run);
  if (typeof found === 'string') return found;
  const untilUs = Math.max(...[...run.slots.values()].map(({ dueUs, n }) => dueUs[n - 1] ?? 0));
  return poolersOf(run).map((pooler) => waitedIn(pooler, found.fault.inject.lo, untilUs));
}

/** @param untilUs the end of the load: until then somebody has to look */
function waitedIn({ name, samples }: Pooler, fromUs: number, untilUs: number): Waited {
  const after = samples.filter((sample, i) => (samples[i + 1]?.tUs ?? Math.max(sample.tUs, untilUs)) > fromUs);
  let areaUs = 0;
  let unseenUs = Math.max(0, (after[0]?.tUs ?? untilUs) - fromUs - heldUs);
  for (const [i, { tUs, clWaiting }] of after.entries()) {
    const lastedUs = Math.max(0, (after[i + 1]?.tUs ?? untilUs) - Math.max(tUs, fromUs));
    areaUs += clWaiting * Math.min(lastedUs, heldUs);
    unseenUs += Math.max(0, lastedUs - heldUs);
  }
  const worst = after.toSorted((a, b) => b.clWaiting - a.clWaiting)[0];
  return {
    pooler: name,
    areaUs,
    unseenUs,
    peak: worst?.clWaiting ?? 0,
    maxWaitUs: Math.max(0, ...after.map(({ maxWaitUs }) => maxWaitUs)),
    evidence: worst && worst.clWaiting > 0 ? [worst.seq] : [],
  };
}

/** `clientWaitSeconds` = ∫ cl_waiting dt over all poolers since the fault: client-seconds spent in the queue. */
export function clientWait(run: Run): Measured {
  const metric = 'clientWaitSeconds';
  const found = waited(run);
  if (typeof found === 'string') return unmeasurable(metric, found);
  const value = found.reduce((sum, { areaUs }) => sum + areaUs, 0) / secondUs;
  const peaks = found.map(
    ({ pooler, areaUs, peak }) => `${pooler} ${(areaUs / secondUs).toFixed(1)} s, at most ${peak} at once`,
  );
  const unseenUs = found.reduce((sum, one) => sum + one.unseenUs, 0);
  // Each change may be a look old.
  const slack = (found.reduce((sum, { peak }) => sum + peak, 0) * lookUs) / secondUs;
  return measured(metric, {
    value,
    lower: Math.max(0, value - slack),
    upper: unseenUs > 0 ? null : value + slack,
    evidence: found.flatMap(({ evidence }) => evidence),
    note: [
      ...peaks,
      ...(unseenUs > 0 ? [`no answer of the console for ${(unseenUs / secondUs).toFixed(1)} s`] : []),
    ].join('; '),
  });
}

/** `maxWaitMs`: the longest that a client had waited when somebody looked. */
export function maxWait(run: Run): Measured {
  const metric = 'maxWaitMs';
  const found = waited(run);
  if (typeof found === 'string') return unmeasurable(metric, found);
  const value = ms(Math.max(...found.map(({ maxWaitUs }) => maxWaitUs)));
  const unseen = found.some(({ unseenUs }) => unseenUs > 0);
  const waiting = found.filter(({ peak }) => peak > 0).length;
  return measured(metric, {
    value,
    lower: value,
    // A growing counter is reported once a second; a queue that comes and goes between two looks is not seen.
    upper: unseen ? null : value + ms(value > 0 ? secondUs : lookUs),
    note: `clients waited in ${counted(waiting, 'pooler')}`,
  });
}

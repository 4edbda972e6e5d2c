/** Whether the load was what it claims to be: the harness judges itself before it judges the system. */
import type { Run } from '../../journal/run.ts';
import { ms } from '../measured.ts';
import { quantileOfSorted } from '../stats.ts';
import { blindShare } from './blind.ts';
import { faultWindows } from './fault-windows.ts';
import { blindShareMax } from './outage.ts';

/** With starts later than this, the load is not an open loop. */
const lateP99MaxUs = 100_000;

/** What makes the generator unfit as a witness, in words; none if it kept its schedule. */
export function generatorDoubts(run: Run): string[] {
  const found: string[] = [];
  const share = blindShare(run);
  if (share > blindShareMax)
    found.push(
      `the load generator itself stood still for ${(100 * share).toFixed(0)} % of the time (at most ${100 * blindShareMax} %)`,
    );
  const late = quantileOfSorted(steadyLateness(run).sort(), 0.99);
  if (late > lateP99MaxUs)
    found.push(
      `one in a hundred writes was started ${ms(late).toFixed(0)} ms late by the load generator itself (at most ${ms(lateP99MaxUs)})`,
    );
  return found;
}

/** The scheduler's own lateness, before anything was broken. */
function steadyLateness(run: Run): Int32Array {
  const { ops } = run;
  const faultUs = faultWindows(run)[0]?.inject.lo ?? Number.POSITIVE_INFINITY;
  // Not `filter`, which would gather the rows of a long run as a list of objects first.
  const late = new Int32Array(ops.n);
  let n = 0;
  for (let row = 0; row < ops.n; row++) if (ops.dueUs[row]! < faultUs) late[n++] = ops.lateUs[row]!;
  return late.subarray(0, n);
}

/** Whether the load was what it claims to be: the harness judges itself before it judges the system. */
import type { Run } from '../../journal/run.ts';
import { ms } from '../measured.ts';
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
  const late = tooLate(run);
  if (late !== undefined)
    found.push(
      `one in a hundred writes was started ${ms(late).toFixed(0)} ms late by the load generator itself (at most ${ms(lateP99MaxUs)})`,
    );
  return found;
}

/** The 99th percentile of the scheduler's own lateness before anything was broken, µs, where it is too late. */
function tooLate(run: Run): number | undefined {
  const { dueUs, lateUs } = run.ops;
  const faultUs = faultWindows(run)[0]?.inject.lo ?? Number.POSITIVE_INFINITY;
  // Only those that are too late are sorted: mostly few, or none, of millions.
  const late: number[] = [];
  let n = 0;
  for (let row = 0; row < run.ops.n; row++) {
    if (!(dueUs[row]! < faultUs)) continue;
    n++;
    if (lateUs[row]! > lateP99MaxUs) late.push(lateUs[row]!);
  }
  const inTime = n - late.length;
  return late.sort((a, b) => a - b)[Math.max(0, Math.ceil(0.99 * n) - 1) - inTime];
}

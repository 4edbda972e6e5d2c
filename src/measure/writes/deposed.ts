/** What a primary did that did not know that it was one no longer. */
import { sentUsOf } from '../../journal/columns/ops.ts';
import { outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { counted, measured, ms, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';

const okLocal = outcomes.indexOf('okLocal');

/**
 * `deposedAcksMs` = last acknowledgement on a timeline that another followed − t_F of the first fault: so long the old
 * primary served clients that still reached it, whether or not the new one did already (that is `splitBrainMs`).
 */
export function deposedAcks(run: Run): Measured {
  const metric = 'deposedAcksMs';
  const fault = faultWindows(run)[0];
  if (!fault) return unmeasurable(metric, 'no fault was injected');
  const { ops } = run;
  const last = ops.timeline.reduce((latest, timeline) => Math.max(latest, timeline), 0);
  const first = ops.timeline.find((timeline) => timeline > 0) ?? 0;
  if (first === last) return unmeasurable(metric, 'no acknowledged write says that another primary followed');
  const rows: number[] = [];
  for (let row = 0; row < ops.n; row++) {
    const isOld = ops.timeline[row]! > 0 && ops.timeline[row]! < last;
    if (isOld && ops.outcome[row]! <= okLocal && ops.doneUs[row]! > fault.inject.hi) rows.push(row);
  }
  if (rows.length === 0) return measured(metric, { value: 0, lower: 0, upper: 0 });
  const worst = rows.reduce((latest, row) => (ops.doneUs[row]! > ops.doneUs[latest]! ? row : latest));
  return measured(metric, {
    value: ms(ops.doneUs[worst]! - fault.inject.lo),
    // It was acknowledged somewhere between its sending and its coming here.
    lower: ms(Math.max(0, sentUsOf(ops, worst) - fault.inject.hi)),
    upper: ms(ops.doneUs[worst]! - fault.inject.lo),
    evidence: [ops.seq[rows[0]!]!, ops.seq[worst]!],
    note: `${counted(rows.length, 'write')} acknowledged after the fault on a timeline that was left`,
  });
}

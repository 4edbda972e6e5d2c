/** How long the load's clients stay away once every pooler serves again: a wait that they impose on themselves. */
import { outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { exactly, inSeconds, measured, ms, unmeasurable } from '../measured.ts';
import { once } from '../once.ts';
import type { Measured, Phase } from '../verdict.ts';
import { turnsOf } from '../writes/turns.ts';
import { outageOf } from './phases.ts';

const acknowledged = outcomes.indexOf('okLocal');

interface Return {
  /** When the client's first write after the outage was acknowledged; infinite where none was. */
  readonly atUs: number;
  readonly seq: number;
}

/** For each client whose load went on after the outage had ended, in no order. */
function returns({ ops }: Run, endUs: number): Return[] {
  const { order, places, workers } = turnsOf(ops);
  const firsts: (Return | undefined)[] = workers.map(() => undefined);
  for (let i = 0; i < ops.n; i++) {
    const row = order ? order[i]! : i;
    const us = ops.doneUs[row]!;
    if (us < endUs) continue;
    const place = places[ops.worker[row]!]!;
    const first = (firsts[place] ??= { atUs: Number.POSITIVE_INFINITY, seq: ops.seq[row]! });
    if (us < first.atUs && ops.outcome[row]! <= acknowledged) firsts[place] = { atUs: us, seq: ops.seq[row]! };
  }
  return firsts.filter((first) => first !== undefined);
}

interface BackOff {
  readonly startUs: number;
  /** When 95 of 100 clients were back; infinite where they were not by the end of the load. */
  readonly endUs: number;
  readonly clients: number;
  readonly last: Return;
}

/** @returns why it is not measurable, where it is not */
const backOffOf = once((run: Run): BackOff | string => {
  const found = outageOf(run);
  if (typeof found === 'string') return found;
  const { startUs, lastedUs, cutBy } = found.episode;
  if (cutBy === 'end') return 'the outage had not ended when the run did';
  const endUs = startUs + lastedUs;
  const back = returns(run, endUs).sort((a, b) => a.atUs - b.atUs);
  const last = back[Math.ceil(0.95 * back.length) - 1];
  if (!last) return 'there was no load after the outage';
  return { startUs: endUs, endUs: last.atUs, clients: back.length, last };
});

/** `backoffMs`: from the end of the outage until 95 of 100 clients had a write acknowledged again. */
export function backOff(run: Run): Measured {
  const metric = 'backoffMs';
  const found = backOffOf(run);
  if (found === 'no pooler was down') return exactly(metric, 0, [], 'no pooler was down');
  if (typeof found === 'string') return unmeasurable(metric, found);
  const { startUs, endUs, clients, last } = found;
  const { backoffMostMs } = run.header.load as { backoffMostMs?: unknown };
  const most = Number(backoffMostMs);
  const profile = most > 0 ? `; the load’s clients wait up to ${inSeconds(most)} s between attempts` : '';
  const note = `${clients} clients${profile}`;
  if (endUs === Number.POSITIVE_INFINITY) {
    const least = ms(Math.max(0, run.ops.doneUs.reduce((a, b) => Math.max(a, b), startUs) - startUs));
    return measured(metric, { value: least, lower: least, upper: null, note: `some never came back; ${note}` });
  }
  const value = ms(Math.max(0, endUs - startUs));
  return measured(metric, { value, lower: value, upper: value, evidence: [last.seq], note });
}

/** Less than this is the pace of the load, not a wait. */
const leastUs = 500_000;

/** As a phase after the outage, for reports; none where every client was back at once. */
export function backOffPhase(run: Run): Phase[] {
  const found = backOffOf(run);
  if (typeof found === 'string' || !(found.endUs - found.startUs >= leastUs)) return [];
  if (found.endUs === Number.POSITIVE_INFINITY) return [];
  const { startUs, endUs, last } = found;
  return [{ phase: 'backoff', startUs, endUs, observer: 'load', evidence: [last.seq] }];
}

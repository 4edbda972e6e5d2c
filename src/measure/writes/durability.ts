/** What the losses mean: against what the topology promises, and how little a zero proves. */
import { contractOf } from '../../faults/index.ts';
import { outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { faultBehind, faultWindows, hitThePrimary } from '../availability/fault-windows.ts';
import type { Interval } from '../interval.ts';
import { counted, type Limits, measured, sampled, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';
import { ledgerDetail } from './ledger.ts';
import { withoutSynchronous } from './without-synchronous.ts';

const okLocal = outcomes.indexOf('okLocal');

/** With asynchronous replication, losses this close to the fault are declared, unless a limit on lostWindowMs says else. */
const asynchronousBudgetMs = 1_000;

/**
 * `undeclaredLosses`: lost writes beyond what the topology's durability declares. `required`: every one. `preferred`:
 * those acknowledged while a synchronous standby streamed. `asynchronous`: those acknowledged more than the budget
 * before the fault.
 */
export function undeclaredLosses(run: Run, limits: Limits): Measured {
  const metric = 'undeclaredLosses';
  const detail = ledgerDetail(run);
  const why = detail ? detail.contradictions[0] : 'the ledger of the primary was not read';
  if (!detail || why) return unmeasurable(metric, why!);
  const { lower, upper } = undeclared(run, detail.lost, limits);
  const seqs = detail.lost.map((row) => run.ops.seq[row]!);
  const evidence = [...sampled(seqs), detail.line.seq];
  if (detail.lost.length > 0) {
    const note = `${counted(detail.lost.length, 'write')} lost; durability ${durabilityOf(run)}`;
    return measured(metric, { value: upper, lower, upper, evidence, note });
  }
  const failovers = failoversOf(run);
  // Where the scenario forbids a promotion, that nobody took over is what it expects.
  const isExpected = failoverExpected(run) && limits.promotions?.max !== 0;
  return measured(metric, {
    value: 0,
    lower: 0,
    upper: isExpected && failovers === 0 ? null : 0,
    evidence,
    note: boundOnZero(run, failovers, isExpected),
  });
}

/** How many failovers the run saw: new timelines that forked off while it ran. */
export function failoversOf(run: Run): number {
  const forks = ledgerDetail(run)?.line.forks ?? [];
  const first =
    run.ops.timeline.find((timeline) => timeline > 0) ?? run.roles.find(({ timeline }) => timeline)?.timeline;
  return first === undefined ? 0 : forks.filter(({ timeline }) => timeline > first).length;
}

/** Whether a fault hit the primary in a way that a standby has to take over. */
export function failoverExpected(run: Run): boolean {
  return faultWindows(run).some(
    (fault) => !fault.scheduled && (contractOf(fault.fault)?.takeover ?? true) && hitThePrimary(run, fault),
  );
}

/** The share of failovers that lose something, which `n` failovers without a loss still allow at 95 % (rule of three). */
export const losingShareMax = (n: number): number => 1 - 0.05 ** (1 / n);

/** The same in percent, rounded up: a bound is never shown smaller than it is. */
export const losingPercent = (n: number): number => Math.ceil(100 * losingShareMax(n) - 1e-9);

/** How many failovers without a loss bound that share at `share`. */
export const failoversFor = (share: number): number => Math.ceil(Math.log(0.05) / Math.log(1 - share));

function boundOnZero(run: Run, failovers: number, isExpected: boolean): string {
  if (failovers === 0)
    return isExpected
      ? 'no failover happened, so nothing is proved about one'
      : 'none lost; nothing was tried that makes a standby take over';
  const share = losingPercent(failovers);
  const recent = counted(acknowledgedJustBefore(run), 'write');
  return (
    `none lost in ${counted(failovers, 'failover')} (95 %: at most ${share} % of failovers lose any); ` +
    `${recent} were acknowledged in the last second before the fault`
  );
}

/** Writes acknowledged within the second before the first fault. */
function acknowledgedJustBefore(run: Run): number {
  const { outcome, doneUs } = run.ops;
  const fault = faultWindows(run)[0];
  if (!fault) return 0;
  let n = 0;
  for (let row = 0; row < run.ops.n; row++) {
    const beforeUs = fault.inject.lo - doneUs[row]!;
    if (outcome[row]! <= okLocal && beforeUs >= 0 && beforeUs <= 1e6) n++;
  }
  return n;
}

const durabilityOf = (run: Run): string => String(run.header.topology.durability ?? 'required');

function undeclared(run: Run, lost: readonly number[], limits: Limits): { lower: number; upper: number } {
  const { doneUs } = run.ops;
  const durability = durabilityOf(run);
  if (durability === 'preferred') {
    const unprotected = withoutSynchronous(run);
    const undeclaredBy = (edge: 'certain' | 'possible'): number =>
      lost.filter((row) => !unprotected[edge].some(({ lo, hi }) => lo <= doneUs[row]! && doneUs[row]! <= hi)).length;
    return { lower: undeclaredBy('possible'), upper: undeclaredBy('certain') };
  }
  if (durability !== 'asynchronous') return { lower: lost.length, upper: lost.length };
  const budgetUs = 1000 * (limits.lostWindowMs?.max ?? asynchronousBudgetMs);
  const older = (edge: keyof Interval): number =>
    lost.filter((row) => {
      const fault = faultBehind(run, doneUs[row]!);
      return !fault || doneUs[row]! < fault.inject[edge] - budgetUs;
    }).length;
  return { lower: older('lo'), upper: older('hi') };
}

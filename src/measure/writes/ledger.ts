/**
 * The ledger: what clients were acknowledged against what the servers hold in the end.
 * A attempted, O acknowledged, U unknown, F failed; R what the final read found.
 */

import type { Column } from '../../journal/columns/narrow.ts';
import { type EventOf, outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { faultBehind } from '../availability/fault-windows.ts';
import { counted, exactly, measured, ms, sampled, unmeasurable } from '../measured.ts';
import type { MetricName } from '../metrics.ts';
import { once } from '../once.ts';
import type { Measured } from '../verdict.ts';
import { type Key, type Matched, match, missingKeys, repeatedKeys } from './keys.ts';

const okCode = outcomes.indexOf('ok');
const okLocalCode = outcomes.indexOf('okLocal');
const failedCode = outcomes.indexOf('failed');
const unknownCode = outcomes.indexOf('unknown');

/** What the ledger says, write by write. Lists are rows of `run.ops`, in the order of the journal. */
export interface LedgerDetail {
  readonly line: EventOf<'ledger'>;
  readonly attempted: number;
  /** |O|: acknowledged, with or without the warning that no standby has it. */
  readonly acknowledged: number;
  /** O ∖ R, on the primary or on any standby that had caught up. */
  readonly lost: readonly number[];
  /** Those of them that the primary has, by the standby that lacks them. */
  readonly lostOn: readonly { readonly instance: string; readonly rows: readonly number[] }[];
  /** Those of them with that warning. */
  readonly acknowledgedLocally: number;
  readonly lostLocally: readonly number[];
  /** F ∩ R */
  readonly resurrected: readonly number[];
  readonly failed: number;
  readonly unknown: number;
  /** U ∩ R and U ∖ R: both are legal. */
  readonly kept: readonly number[];
  readonly vanished: readonly number[];
  /** R ∖ A: how many, and the first 1,000. */
  readonly foreign: number;
  readonly foreignKeys: readonly Key[];
  /** Keys with the number of rows that have them. */
  readonly duplicates: EventOf<'ledger'>['duplicates'];
  /** Standbys whose read was left out, because they were not known to have caught up. */
  readonly behind: readonly string[];
  /** Why the ledger cannot be trusted as it is. */
  readonly contradictions: readonly string[];
}

/** The comparison of the writes with the final reads; undefined where the primary was not read. */
export const ledgerDetail = once((run: Run): LedgerDetail | undefined => {
  const line = run.ledgers.findLast(({ role }) => role === 'primary');
  if (!line) return undefined;
  const { ops } = run;
  const { has, foreign, foreignKeys, keys } = match(ops, line);
  const rows = rowsByFate(ops.outcome, has);
  const total = countsOf(ops.outcome);
  const standbys = lastReads(run).filter(({ role }) => role === 'replica');
  const caughtUp = standbys.filter((standby) => hasCaughtUp(run, standby, line));
  const lostOn = caughtUp.map((standby) => ({
    instance: standby.instance,
    rows: rowsByFate(ops.outcome, match(ops, standby).has).lost.filter(has),
  }));
  const lost = new Set([...rows.lost, ...lostOn.flatMap((one) => one.rows)]);
  return {
    line,
    attempted: ops.n,
    acknowledged: total[okCode]! + total[okLocalCode]!,
    lost: [...lost].sort((a, b) => a - b),
    lostOn: lostOn.filter((one) => one.rows.length > 0),
    acknowledgedLocally: total[okLocalCode]!,
    lostLocally: rows.lost.filter((row) => ops.outcome[row] === okLocalCode),
    resurrected: rows.resurrected,
    failed: total[failedCode]!,
    unknown: total[unknownCode]!,
    kept: rows.kept,
    vanished: rows.vanished,
    ...{ foreign, foreignKeys, duplicates: line.duplicates },
    behind: standbys.filter((standby) => !caughtUp.includes(standby)).map(({ instance }) => instance),
    contradictions: contradictionsOf(run, line, keys),
  };
});

/** `lostWrites`, `resurrectedWrites`, `foreignWrites`, `duplicatedWrites`. */
export function ledgerCounts(run: Run): Measured[] {
  const names: MetricName[] = ['lostWrites', 'resurrectedWrites', 'foreignWrites', 'duplicatedWrites'];
  const detail = ledgerDetail(run);
  const why = detail ? detail.contradictions[0] : 'the ledger of the primary was not read';
  if (!detail || why) return names.map((name) => unmeasurable(name, why!));
  const evidence = (rows: readonly number[]): number[] => [
    ...sampled(rows.map((row) => run.ops.seq[row]!)),
    detail.line.seq,
  ];
  return [
    exactly('lostWrites', detail.lost.length, evidence(detail.lost), lostNote(detail)),
    exactly('resurrectedWrites', detail.resurrected.length, evidence(detail.resurrected)),
    foreignWrites(run, detail),
    exactly('duplicatedWrites', detail.duplicates.length, [detail.line.seq]),
  ];
}

/** A row whose write is missing from the journal is not counted as foreign: it cannot be decided. */
function foreignWrites({ ops }: Run, { foreign, line }: LedgerDetail): Measured {
  const missing = foreign > 0 ? missingKeys(ops) : 0;
  if (missing > 0) return unmeasurable('foreignWrites', `the journal lacks ${counted(missing, 'write')}`);
  return exactly('foreignWrites', foreign, [line.seq]);
}

/** `lostWindowMs` = t_F − the first acknowledgement of a lost write; negative if all were acknowledged after the fault. */
export function lostWindow(run: Run): Measured {
  const metric = 'lostWindowMs';
  const detail = ledgerDetail(run);
  if (!detail) return unmeasurable(metric, 'the ledger of the primary was not read');
  if (detail.lost.length === 0) return exactly(metric, 0, [detail.line.seq], 'none lost');
  const windows = detail.lost.flatMap((row) => {
    const fault = faultBehind(run, run.ops.doneUs[row]!);
    return fault ? [{ row, fault, us: fault.inject.lo - run.ops.doneUs[row]! }] : [];
  });
  const widest = windows.sort((a, b) => b.us - a.us)[0];
  if (!widest) return unmeasurable(metric, 'writes were lost although no fault was injected');
  const { row, fault, us } = widest;
  const upper = ms(fault.inject.hi - run.ops.doneUs[row]!);
  return measured(metric, { value: ms(us), lower: ms(us), upper, evidence: [run.ops.seq[row]!, ...fault.evidence] });
}

function lostNote({
  lost,
  acknowledged,
  lostOn,
  lostLocally,
  acknowledgedLocally,
  kept,
  vanished,
  behind,
}: LedgerDetail): string {
  const parts = [`${lost.length.toLocaleString('en-US')} of ${counted(acknowledged, 'acknowledged write')}`];
  for (const { instance, rows } of lostOn)
    parts.push(`${instance} had caught up and lacks ${counted(rows.length, 'write')} that the primary has`);
  if (acknowledgedLocally > 0)
    parts.push(
      `among them ${lostLocally.length} of ${acknowledgedLocally} acknowledged with the warning that no standby has them`,
    );
  const unknowns = kept.length + vanished.length;
  if (unknowns > 0) parts.push(`of ${unknowns} with unknown outcome ${kept.length} are there`);
  if (behind.length > 0) parts.push(`not compared, because not known to have caught up: ${behind.join(', ')}`);
  return parts.join('; ');
}

/** The last read of each instance. */
const lastReads = (run: Run): EventOf<'ledger'>[] => [
  ...new Map(run.ledgers.map((ledger) => [ledger.instance, ledger])).values(),
];

/**
 * A standby that was seen to stream without lag on the primary's timeline after the last acknowledgement and before its
 * own read. A look during the writes does not cover later ones; one that then sees a lag does not
 * undo it, for a server writes WAL of its own too (checkpoints, running transactions).
 */
function hasCaughtUp(run: Run, standby: EventOf<'ledger'>, primary: EventOf<'ledger'>): boolean {
  const sinceUs = lastAcknowledgedUs(run);
  return run.replicas.some(
    ({ instance, seq, tUs, streaming, lagBytes, timeline }) =>
      instance === standby.instance &&
      seq < standby.seq &&
      tUs > sinceUs &&
      streaming &&
      lagBytes === 0 &&
      timeline === primary.timeline,
  );
}

const lastAcknowledgedUs = ({ ops }: Run): number =>
  ops.doneUs.reduce(
    (last, us, row) => (isAcknowledged(ops.outcome[row]!) ? Math.max(last, us) : last),
    Number.NEGATIVE_INFINITY,
  );

function contradictionsOf({ ops }: Run, line: EventOf<'ledger'>, keys: number): string[] {
  const found: string[] = [];
  const extra = line.duplicates.reduce((sum, [, , times]) => sum + times - 1, 0);
  if (line.rows !== keys + extra) found.push(`the ledger says ${line.rows} rows, but lists ${keys + extra}`);
  if (Object.values(line.workers).some(overlaps)) found.push('the ledger lists a range of rows twice');
  const repeated = repeatedKeys(ops);
  if (repeated.length > 0) found.push(`the journal gives ${counted(repeated.length, 'key')} to more than one write`);
  return found;
}

const isAcknowledged = (outcome: number): boolean => outcome === okCode || outcome === okLocalCode;

/** Whether two of these ranges share a number, or one is inverted. */
function overlaps(ranges: readonly (readonly [from: number, to: number])[]): boolean {
  const inOrder = [...ranges].sort((a, b) => a[0] - b[0]);
  return inOrder.some(([from, to], i) => from > to || (i > 0 && from <= inOrder[i - 1]![1]));
}

/** The rows of which a ledger does not say what their outcome does, and those whose outcome says nothing. */
function rowsByFate(outcome: Column, has: Matched['has']) {
  const rows = { lost: [] as number[], resurrected: [] as number[], kept: [] as number[], vanished: [] as number[] };
  for (let row = 0; row < outcome.length; row++) {
    const code = outcome[row]!;
    if (code === unknownCode) (has(row) ? rows.kept : rows.vanished).push(row);
    else if (code === failedCode) {
      if (has(row)) rows.resurrected.push(row);
    } else if (!has(row)) rows.lost.push(row);
  }
  return rows;
}

function countsOf(outcome: Column): number[] {
  const counts = outcomes.map(() => 0);
  for (let row = 0; row < outcome.length; row++) counts[outcome[row]!]!++;
  return counts;
}

/** What the cells of a study lost: the table that somebody needs who chooses a durability. */
import { outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { ms } from '../measured.ts';
import { quantile } from '../stats.ts';
import { failoversOf } from '../writes/durability.ts';
import { ledgerDetail } from '../writes/ledger.ts';
import type { Levels, RunLosses, StudyRun } from './effects.ts';
import { exactBounds, type ShareBounds } from './exact-bounds.ts';

const acknowledgedOutcomes = new Set([outcomes.indexOf('ok'), outcomes.indexOf('okLocal')]);

export function lossesOf(run: Run): RunLosses {
  const { ops } = run;
  const detail = ledgerDetail(run);
  const fault = faultWindows(run)[0]?.inject.lo ?? Number.POSITIVE_INFINITY;
  const took: number[] = [];
  let acknowledged = 0;
  for (let row = 0; row < ops.n; row++) {
    if (!acknowledgedOutcomes.has(ops.outcome[row]!)) continue;
    acknowledged++;
    if (ops.doneUs[row]! < fault) took.push(ops.doneUs[row]! - ops.dueUs[row]!);
  }
  return {
    failovers: failoversOf(run),
    acknowledged,
    lost: detail && detail.contradictions.length === 0 ? detail.lost.length : null,
    writeMs: took.length > 0 ? [ms(quantile(took, 0.5)), ms(quantile(took, 0.95))] : null,
  };
}

/** One combination of levels, over all of its runs. */
export interface LossCell {
  readonly levels: Levels;
  readonly runs: number;
  /** Runs in which an instance took over; those that say whether one loses writes. */
  readonly failovers: number;
  /** Of them those that lost an acknowledged write, with exact 95 % bounds of the share; undefined without a failover. */
  readonly withLoss: number;
  readonly ofFailovers: ShareBounds | undefined;
  readonly acknowledged: number;
  readonly lost: number;
  /** The same of writes. One failover loses a contiguous tail: these bounds are of the writes of these runs, not of others. */
  readonly ofWrites: ShareBounds | undefined;
  /** Runs that lost writes although nobody took over. */
  readonly lossWithoutFailover: number;
  /** Medians over the runs, ms; null where none was measured. */
  readonly writeMs: readonly [number, number] | null;
  readonly outageMs: number | null;
  readonly longestOutageMs: number | null;
}

/** The cells of a study, in the order in which their levels first came. Runs without a ledger are left out. */
export function lossCells(runs: readonly StudyRun[]): LossCell[] {
  const known = runs.flatMap((run) => (run.losses && run.losses.lost !== null ? [{ ...run, losses: run.losses }] : []));
  const cells = Map.groupBy(known, ({ levels }) => JSON.stringify(Object.entries(levels).sort()));
  return [...cells.values()].map((cell) => cellOf(cell));
}

type Known = StudyRun & { readonly losses: RunLosses };

function cellOf(runs: readonly Known[]): LossCell {
  const lostIn = ({ losses }: Known): number => losses.lost!;
  const over = runs.filter(({ losses }) => losses.failovers > 0);
  const withLoss = over.filter((run) => lostIn(run) > 0).length;
  const acknowledged = runs.reduce((sum, { losses }) => sum + losses.acknowledged, 0);
  const lost = runs.reduce((sum, run) => sum + lostIn(run), 0);
  const outages = runs.flatMap(({ measured }) => measured.writeOutageMs ?? []);
  const took = runs.flatMap(({ losses }) => (losses.writeMs ? [losses.writeMs] : []));
  const median = (values: readonly number[]): number | null => (values.length > 0 ? quantile(values, 0.5) : null);
  return {
    levels: runs[0]!.levels,
    ...{ runs: runs.length, failovers: over.length, withLoss, acknowledged, lost },
    ofFailovers: over.length > 0 ? exactBounds(withLoss, over.length) : undefined,
    ofWrites: acknowledged > 0 ? exactBounds(Math.min(lost, acknowledged), acknowledged) : undefined,
    lossWithoutFailover: runs.filter((run) => run.losses.failovers === 0 && lostIn(run) > 0).length,
    writeMs: took.length > 0 ? [median(took.map(([half]) => half))!, median(took.map(([, most]) => most))!] : null,
    outageMs: median(outages),
    longestOutageMs: outages.length > 0 ? Math.max(...outages) : null,
  };
}

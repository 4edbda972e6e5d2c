/** A run is judged: every measure is taken, limits are held against them, and doubts are named. Pure. */
import type { Run } from '../journal/run.ts';
import { reasonsFor } from './advice/reasons.ts';
import { episodes } from './availability/episodes.ts';
import { faultWindows } from './availability/fault-windows.ts';
import { longestWaitWithin } from './availability/got-through.ts';
import { poolerStreams } from './availability/outage.ts';
import { cutOff } from './availability/share.ts';
import { whileSlow } from './availability/slow.ts';
import { check, worst } from './check.ts';
import { faultsLacking } from './doubts/faults.ts';
import { doubtsOf } from './doubts/index.ts';
import { isDestroyed } from './doubts/ledgers.ts';
import { backOffPhase } from './failover/back-off.ts';
import { causeOf } from './failover/cause.ts';
import { faultInWords } from './failover/fault-words.ts';
import { phases } from './failover/phases.ts';
import { hasWorkload } from './isolation/isolation.ts';
import { type Limits, unmeasurable } from './measured.ts';
import { type Measure, measures } from './measures.ts';
import { isMetric } from './metrics.ts';
import { type OwnMeasures, ownChecks } from './own.ts';
import { refusedByProbes } from './poolers/refused-by-probes.ts';
import { sentence } from './sentence.ts';
import type { Check, Measured, Verdict } from './verdict.ts';
import { ledgerDetail } from './writes/ledger.ts';
import { hasSessions } from './writes/own-writes.ts';

/** Limits of every run on what the ledger says. A scenario that means to show one of these raises it. */
const ledgerLimits: Limits = {
  undeclaredLosses: { max: 0 },
  resurrectedWrites: { max: 0 },
  duplicatedWrites: { max: 0 },
  foreignWrites: { max: 0 },
};

/** The limits of a scenario and those of every run. What is left behind has a limit that no scenario can raise. */
function withBuiltIn(run: Run, limits: Limits): Limits {
  const ofPrograms = run.clients.length > 0 && run.faults.length > 0 ? { stuckClients: { max: 0 } } : {};
  const ofTransactions = hasWorkload(run) ? { isolationAnomalies: { max: 0 } } : {};
  const ofSessions = hasSessions(run) ? { lsnFloorMisses: { max: 0 } } : {};
  const ofLedger = isDestroyed(run) ? {} : ledgerLimits;
  const builtIn = { ...ofLedger, splitBrainMs: { max: 0 }, ...ofPrograms, ...ofTransactions, ...ofSessions };
  const unnamed = Object.entries(builtIn).filter(([metric]) => !Object.hasOwn(limits, metric));
  return { ...limits, ...Object.fromEntries(unnamed), residue: { max: 0 } };
}

/**
 * Judges a run.
 * @param limits by metric; those of the scenario, as the journal has them, unless others are given
 * @param by the measures to take; all, unless a test says otherwise
 * @param own the measures that the scenario brings, where its file is at hand
 */
export function judge(
  run: Run,
  limits: Limits = run.header.limits,
  by: readonly Measure[] = measures,
  own?: OwnMeasures,
): Verdict {
  const doubts = doubtsOf(run, limits);
  const measured = by.flatMap((measure) => taken(measure, run, limits, doubts));
  const checks = checksOf(measured, withBuiltIn(run, limits), doubts);
  const shown = {
    episodes: listed('episodes', () => episodes(run), doubts),
    phases: listed('phases', () => [...phases(run), ...backOffPhase(run)], doubts),
    ...faultIn(run, doubts),
    ...causeIn(run, doubts),
  };
  const [clients] = listed('share of clients', () => [clientsOf(run)], doubts);
  const brought = ownChecks(run, own);
  const outcome = worst([
    ...[...checks, ...brought].map((one) => one.outcome),
    ...(doubts.length > 0 ? (['unknown'] as const) : []),
  ]);
  const reasons = listed('reasons', () => reasonsFor(run, checks), doubts);
  const verdict = {
    format: 1 as const,
    run: run.header.id,
    scenario: run.header.scenario.name,
    stack: run.header.stack,
    ...{ outcome, checks, ...(brought.length > 0 && { own: brought }), measured, doubts, ...shown },
    ...(reasons.length > 0 && { reasons }),
  };
  return { ...verdict, sentence: sentence(verdict, ledgerDetail(run)?.acknowledged, clients) };
}

/** What the sentence says of the clients. */
const clientsOf = (run: Run) => ({
  cutOff: cutOff(run),
  whileSlow: whileSlow(run),
  knowOthers: (run.header.load as { failover?: unknown }).failover === true,
  longestWaitMs: longestWaitWithin(run),
  refusedByProbes: refusedByProbes(run),
  poolers: poolerStreams(run).map(({ stream }) => stream.name),
  faultUs: faultWindows(run)[0]?.inject.lo,
  lacking: faultsLacking(run),
});

/** A measure that throws gives unknowns and a doubt: never a pass, and never the end of the judgement. */
function taken({ metrics, take }: Measure, run: Run, limits: Limits, doubts: string[]): readonly Measured[] {
  try {
    return take(run, limits);
  } catch (error) {
    doubts.push(`the measure of ${metrics.join(', ')} failed: ${(error as Error).message}`);
    return metrics.map((metric) => unmeasurable(metric, 'the measure itself failed'));
  }
}

const faultIn = (run: Run, doubts: string[]): Pick<Verdict, 'fault'> => {
  const [fault] = listed('faults', () => [faultInWords(run)], doubts);
  return fault ? { fault } : {};
};

const causeIn = (run: Run, doubts: string[]): Pick<Verdict, 'cause'> => {
  const [cause] = listed('cause', () => [causeOf(run)], doubts);
  return cause ? { cause } : {};
};

function listed<T>(what: string, list: () => readonly T[], doubts: string[]): readonly T[] {
  try {
    return list();
  } catch (error) {
    doubts.push(`the ${what} could not be listed: ${(error as Error).message}`);
    return [];
  }
}

function checksOf(measured: readonly Measured[], limits: Limits, doubts: string[]): Check[] {
  return Object.entries(limits).flatMap(([name, limit]) => {
    const found = measured.find(({ metric }) => metric === name);
    if (found) return [check(found, limit)];
    if (isMetric(name)) return [check(unmeasurable(name, 'nothing measures it'), limit)];
    doubts.push(`there is a limit on ${name}, which this version does not know`);
    return [];
  });
}

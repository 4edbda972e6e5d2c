/**
 * What a team could change after a run: at most three settings, each with the milliseconds that it would save and how that
 * is known; where there is none, what the outage depends on instead.
 */
import type { Run } from '../../journal/run.ts';
import { blindShare } from '../availability/blind.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { blindShareMax } from '../availability/outage.ts';
import { faultsLacking } from '../doubts/faults.ts';
import type { ExplainResult } from '../explain-result.ts';
import { imposers } from '../failover/cause.ts';
import { notFound } from '../failover/cause-words.ts';
import type { SettingsInForce } from '../failover/predict.ts';
import { adviceOn } from '../failover/target-role.ts';
import { capital, inSeconds, secondsAbove } from '../measured.ts';
import { titleOf } from '../metrics.ts';
import type { Cause, Verdict } from '../verdict.ts';
import { leverProposals, withUnit } from './lever-proposals.ts';
import { limitsConflict } from './limits-conflict.ts';
import { failedBeside, outageTimes } from './outage-limits.ts';
import type { Lever, Proposal } from './proposal.ts';
import { standbyProposal, waysWithoutStandby } from './standby-proposal.ts';

export interface Changes {
  readonly proposals: readonly Proposal[];
  /** What the outage depends on that no proposal shortens: where there is none, or the largest part is another's. */
  readonly otherwise?: string;
}

const most = 3;
/** Less than this is not worth a change. */
const leastMs = 500;

/**
 * The most useful first.
 * @param levers the settings of the stack that may be changed
 * @param explained what `explain` found for this scenario on this stack
 */
export function changesFor(run: Run, verdict: Verdict, levers: readonly Lever[], explained?: ExplainResult): Changes {
  const inForce = run.stack?.settings ?? {};
  const found = [...leverProposals(run, verdict, levers, explained), ...standbyProposal(run, verdict)]
    .filter(({ savesMs }) => savesMs.high >= leastMs)
    .map((one) => (wasSet(run, one) ? { ...one, undo: true as const } : one))
    .sort((a, b) => Number(b.undo ?? false) - Number(a.undo ?? false) || middle(b) - middle(a))
    .slice(0, most);
  const others = reasonsAdvise(verdict);
  // What shortens the outage does not help against what broke beside it.
  if (failedBeside(verdict.checks)) {
    const set = undoneFirst(run, verdict, []);
    return {
      proposals: [],
      otherwise: joined([notBroken(run, verdict), limitsOfThisRun(verdict, []), set, ...others, blind(run, verdict)]),
    };
  }
  const set = undoneFirst(run, verdict, found);
  const first = [notBroken(run, verdict), limitsOfThisRun(verdict, found), set];
  const conflict = limitsConflict(run, verdict, found);
  if (found.length > 0) {
    const text = joined([...first, conflict, largestElsewhere(verdict, found), ...others]);
    return { proposals: found, ...(text && { otherwise: text }) };
  }
  return {
    proposals: [],
    otherwise: orNothing([
      ...first,
      otherwise(run, verdict, levers, inForce, conflict, set),
      ...others,
      blind(run, verdict),
    ]),
  };
}

const neverDown = 'Nothing: writes were never down.';
/** A run that failed, and where nobody knows what would have helped. */
const orNothing = (texts: readonly (string | undefined)[]): string => joined(texts) || neverDown;
const joined = (texts: readonly (string | undefined)[]): string => texts.filter(Boolean).join(' ');

const reasonsAdvise = ({ reasons = [] }: Verdict): string[] => [...new Set(reasons.map(({ advice }) => advice))];

/** A setting that this run changed, and that no proposal is about, is the first suspect where a limit broke. */
function undoneFirst({ header }: Run, { checks, cause }: Verdict, found: readonly Proposal[]): string | undefined {
  // No setting makes the drill leave anything behind.
  if (!checks.some(({ outcome, metric }) => outcome === 'fail' && metric !== 'residue')) return undefined;
  const open = Object.entries(header.changed).filter(([name]) => !found.some((one) => isNamed(name, one)));
  if (open.length === 0 || found.some(({ undo }) => undo)) return undefined;
  const texts = open.map(([name, value]) => `--with ${name}=${value}`);
  const decides = open.length === 1 && cause?.imposedBy.includes(`(${open[0]![0]} = `);
  if (decides)
    return `Undo ${texts[0]}: this run set it, and ${partOf(cause!)} of the outage is imposed by ${cause!.imposedBy}.`;
  return `Undo ${texts.join(' and ')} first: this run set ${open.length === 1 ? 'it' : 'them'}, and the drill may pass without.`;
}

/** A run that lacks a fault of its scenario does not answer its question. */
function notBroken(run: Run, { outcome }: Verdict): string | undefined {
  const lacking = faultsLacking(run);
  if (outcome !== 'fail' || lacking.length === 0) return undefined;
  return `Find out first why ${lacking.join(' and ')} never took effect, and run the drill again: without ${lacking.length === 1 ? 'it' : 'them'} it is another drill.`;
}

/** A harness that stood still measures itself. */
const blind = (run: Run, { measured }: Verdict): string | undefined =>
  measured.find(({ metric }) => metric === 'writeOutageMs')?.value === null && blindShare(run) > blindShareMax
    ? 'Run the drill where the load generator has processor time to spare: it stood still for too long to measure an outage.'
    : undefined;

/** A limit from the command line may be one that no system meets. */
function limitsOfThisRun({ checks }: Verdict, found: readonly Proposal[]): string | undefined {
  const broken = checks.find(({ outcome, limit }) => outcome === 'fail' && limit.source === '--limit');
  if (!broken) return undefined;
  const { metric, limit, unit } = broken;
  const given = `The limit on ${titleOf(metric)} was given with --limit, for this run only`;
  const isTime = outageTimes.has(metric) && unit === 'ms' && limit.max !== undefined;
  const most = broken.upper ?? broken.value;
  if (!isTime || most === null || found.some(({ savesMs }) => most - savesMs.high <= limit.max!)) return `${given}.`;
  return `Leave --limit out, or raise it above ${secondsAbove(most)} s: no setting here brings ${titleOf(metric)} from ${inSeconds(broken.value ?? most)} s to ${inSeconds(limit.max!)} s. ${given}.`;
}

const isNamed = (changed: string, { name, program }: Proposal): boolean =>
  changed === name || changed === `${program}.${name}`;

/** Whether this run changed the setting, by its own name or with its program's. */
const wasSet = ({ header }: Run, proposal: Proposal): boolean =>
  Object.keys(header.changed).some((changed) => isNamed(changed, proposal));

const middle = ({ savesMs }: Proposal): number => savesMs.low + savesMs.high;
/** Commits that go on without a standby do not wait for one. */
const isOfStandby = (name: string, cause: Cause | undefined): boolean =>
  cause?.phase === 'standby' && waysWithoutStandby.has(name);

/** The largest part, where none of the proposals is about it and a person can do something else. */
function largestElsewhere({ cause }: Verdict, found: readonly Proposal[]): string | undefined {
  const isAbout = ({ name }: Proposal): boolean => cause?.imposedBy.includes(`${name} = `) || isOfStandby(name, cause);
  if (!cause || found.some(isAbout)) return undefined;
  return joined([
    `No setting here shortens the largest part (${inSeconds(cause.ms)} s), which ${cause.imposedBy} imposes.`,
    cause.advice,
  ]);
}

/** What the faults advise, where a run broke another limit than that of an outage. */
const advisedFor = (run: Run): string =>
  [...new Set(faultWindows(run).map((fault) => adviceOn(run, fault)))]
    .filter((advice) => advice !== undefined)
    .map((advice) => ` ${advice}`)
    .join('');

/** What is shared with another is given in seconds: most of it is not the first one’s. */
function partOf({ ms, ofMs, imposedBy }: Cause): string {
  if (imposedBy.includes('together with')) return `${inSeconds(ms)} s`;
  return ms > ofMs / 2 ? 'most' : 'the largest part';
}

/** Where the largest part is less than half, who imposes the others: `; 6.9 s by PostgreSQL on pg3`. */
function othersOf(run: Run, { ms, ofMs, imposedBy, endedByDrillMs }: Cause): string {
  if (ms > ofMs / 2 || endedByDrillMs !== undefined) return '';
  return imposers(run)
    .filter((one) => one.imposedBy !== imposedBy && one.imposedBy !== notFound)
    .map((one) => `; ${inSeconds(one.ms)} s by ${one.imposedBy}`)
    .join('');
}

/** What an outage depends on that no setting here shortens. */
function otherwise(
  run: Run,
  verdict: Verdict,
  levers: readonly Lever[],
  inForce: SettingsInForce,
  conflict: string | undefined,
  set: string | undefined,
): string {
  const { cause, measured, outcome } = verdict;
  const outage = measured.find(({ metric }) => metric === 'writeOutageMs');
  if (outage && outage.value === null)
    return `Nothing that this run could show: how long writes were down is unknown${outage.note ? ` (${outage.note.replace(/^not measurable: /, '')})` : ''}.`;
  if (outage?.upper === 0) return outcome === 'fail' ? advisedFor(run).trim() : neverDown;
  if (!cause)
    return run.faults.length === 0
      ? reasonsAdvise(verdict).some(Boolean)
        ? ''
        : 'The drill broke nothing: find out what stopped writes at that time (the logs of the pooler and of PostgreSQL, the load of the machine).'
      : 'Nothing that this run could show: no outage belongs to the fault.';
  const least = levers.find(
    ({ program, name, least }) =>
      least !== undefined &&
      Number.parseFloat(inForce[`${program}.${name}`] ?? '') === Number(least) &&
      cause.imposedBy.includes(`${name} = `),
  );
  const floor = least
    ? ` ${capital(least.program)} accepts no ${least.name} below ${withUnit(least.least!, least.unit)}.`
    : '';
  const advice = cause.advice ? ` ${cause.advice}` : '';
  // What helps against the fault comes first, how to ride it out last.
  if (conflict) return cause.phase === 'fault' ? joined([cause.advice, conflict]) : `${conflict}${floor}${advice}`;
  if (set?.includes(cause.imposedBy)) return joined([cause.advice]);
  const imposed = `${partOf(cause)} of the outage is imposed by ${cause.imposedBy}${othersOf(run, cause)}.${floor}`;
  if (set) return `Apart from that: ${imposed}${advice}`;
  // What a person can do comes first; that no proposal is among it needs a word only where nothing is left to do.
  return cause.advice
    ? `${cause.advice} ${capital(imposed)}`
    : `No setting that pgdrill models shortens this: ${imposed}`;
}

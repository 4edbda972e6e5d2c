/**
 * What a team could change after a run: at most three settings, each with the milliseconds that it would save and how that
 * is known; where there is none, what the outage depends on instead.
 *
 * *Measured* is what `explain` found by moving one timer at a time, at the value that it has here. *Modelled* is the sum of
 * timers (`predict.ts`) with and without the change, and no more than what was measured of the phase that it bounds. *Seen*
 * is the length of a phase that the change removes.
 */
import type { FaultKind } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import { blindShare } from '../availability/blind.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { blindShareMax } from '../availability/outage.ts';
import { faultsLacking } from '../doubts/faults.ts';
import type { ExplainResult } from '../explain-result.ts';
import { predict, predictPooler, type SettingsInForce } from '../failover/predict.ts';
import { adviceOn } from '../failover/target-role.ts';
import { isMetric, titleOf } from '../metrics.ts';
import type { PredictedPhase } from '../poolers/predict-pgbouncer.ts';
import type { Cause, Measured, Verdict } from '../verdict.ts';
import { limitsConflict } from './limits-conflict.ts';
import { failedBeside } from './outage-limits.ts';
import type { Lever, Proposal } from './proposal.ts';
import { standbyProposal } from './standby-proposal.ts';

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
  const measured = (explained?.rows ?? []).flatMap((row) => fromExplained(row, inForce));
  const known = new Set(explained?.rows.map(({ name }) => name));
  const modelled = levers
    .filter(({ name }) => !known.has(name))
    .flatMap((lever) => fromModel(lever, levers, run, verdict));
  const named = new Set([...known, ...modelled.map(({ name }) => name)]);
  const seen = levers.filter(({ name }) => !named.has(name)).flatMap((lever) => fromCause(lever, inForce, verdict));
  const found = [...measured, ...modelled, ...seen, ...standbyProposal(run, verdict)]
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
      otherwise: joined([notBroken(run, verdict), limitsOfThisRun(verdict), set, ...others, blind(run, verdict)]),
    };
  }
  const set = undoneFirst(run, verdict, found);
  const first = [notBroken(run, verdict), limitsOfThisRun(verdict), set];
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
  return `Find out first why ${lacking.join(' and ')} never took effect (the remarks of the run), and run the drill again: without ${lacking.length === 1 ? 'it' : 'them'} it is another drill.`;
}

/** A harness that stood still measures itself. */
const blind = (run: Run, { measured }: Verdict): string | undefined =>
  measured.find(({ metric }) => metric === 'writeOutageMs')?.value === null && blindShare(run) > blindShareMax
    ? 'Run the drill where the load generator has processor time to spare: it stood still for too long to measure an outage.'
    : undefined;

/** A limit from the command line may be one that no system meets. */
function limitsOfThisRun({ checks }: Verdict): string | undefined {
  const broken = checks.find(({ outcome, limit }) => outcome === 'fail' && limit.source === '--limit');
  return broken && `The limit on ${titleOf(broken.metric)} was given with --limit, for this run only.`;
}

const isNamed = (changed: string, { name, program }: Proposal): boolean =>
  changed === name || changed === `${program}.${name}`;

/** Whether this run changed the setting, by its own name or with its program's. */
const wasSet = ({ header }: Run, proposal: Proposal): boolean =>
  Object.keys(header.changed).some((changed) => isNamed(changed, proposal));

const middle = ({ savesMs }: Proposal): number => savesMs.low + savesMs.high;
const written = (line: string, value: string | number): string => line.replace('{}', String(value));

function fromExplained(row: ExplainResult['rows'][number], inForce: SettingsInForce): Proposal[] {
  const { name, program, unit, base, recommended, effect, cost, runs, line, risk } = row;
  const now = Number.parseFloat(inForce[`${program}.${name}`] ?? '');
  // What was found holds for the value that it was found at.
  if (effect !== 'costs' || cost.value <= 0 || now !== base) return [];
  return [
    {
      ...{ name, program, risk, basis: 'measured', evidence: [] },
      ...{ from: withUnit(base, unit), to: withUnit(recommended, unit) },
      ...{ before: [written(line, base)], after: [written(line, recommended)] },
      savesMs: { low: Math.max(0, cost.lower ?? 0), high: cost.upper ?? cost.value },
      why: `pgdrill explain moved it in ${runs} runs, and the outage moved with it`,
    },
  ];
}

const withUnit = (value: string | number, unit: string): string => `${value} ${unit}`.trim();

/** What a lever could be moved to: the recommended value, or where that is in force the quicker one. */
function targetOf({ recommended, risk, quicker }: Lever, now: number) {
  if (now > Number(recommended)) return { value: recommended, with: {}, risk };
  return quicker && now > Number(quicker.value) ? quicker : undefined;
}

function fromModel(lever: Lever, levers: readonly Lever[], run: Run, verdict: Verdict): Proposal[] {
  const { name, program, unit } = lever;
  const inForce = run.stack?.settings ?? {};
  const now = Number.parseFloat(inForce[`${program}.${name}`] ?? '');
  const target = targetOf(lever, now);
  if (!target) return [];
  const moved = [[name, target.value] as const, ...Object.entries(target.with)];
  const changed = Object.fromEntries(moved.map(([one, value]) => [`${program}.${one}`, withUnit(value, unit)]));
  const after = phasesOf(run, { ...inForce, ...changed });
  const linesOf = (textOf: (one: string, value: string) => string): string[] =>
    moved.flatMap(([one, value]) => {
      const own = levers.find((other) => other.name === one && other.program === program);
      return own ? [written(own.line, textOf(one, value))] : [];
    });
  return phasesOf(run, inForce).flatMap((phase): Proposal[] => {
    if (phase.phase === 'lease' && wasReleased(verdict)) return [];
    if (ofFailover.has(phase.phase) && !hadFailover(verdict)) return [];
    const then = after.find((one) => one.phase === phase.phase);
    const high = phase.highMs - (then?.highMs ?? phase.highMs);
    if (!then || high <= 0) return [];
    const bound = boundOf(phase.phase, verdict);
    return [
      {
        ...{ name, program, risk: target.risk, basis: 'modelled', why: phase.why },
        ...{ from: withUnit(now, unit), to: withUnit(target.value, unit) },
        before: linesOf((one) => String(Number.parseFloat(inForce[`${program}.${one}`] ?? ''))),
        after: linesOf((_, value) => value),
        savesMs: bounded({ low: Math.max(0, phase.lowMs - then.lowMs), high }, bound, phase.highMs, then.highMs),
        evidence: [...(run.prediction ? [run.prediction.seq] : []), ...(bound?.evidence ?? [])],
      },
    ];
  });
}

/** Where the same primary came back, nothing is saved by a quicker failover. */
const ofFailover: ReadonlySet<string> = new Set(['detect', 'elect', 'lease', 'promote']);
const hadFailover = ({ phases }: Verdict): boolean =>
  phases.length === 0 || phases.some(({ phase }) => ofFailover.has(phase));

/** The old primary gave its lease back: it did not expire, and would not have expired sooner with a shorter one. */
const wasReleased = ({ phases }: Verdict): boolean =>
  phases.some(({ phase, innerUs }) => phase === 'lease' && innerUs !== undefined);

/** The timeout that the cause names, where no model covers the fault: it cannot save more than its own excess. */
function fromCause(lever: Lever, inForce: SettingsInForce, { cause }: Verdict): Proposal[] {
  const { name, program, unit, line, recommended, risk } = lever;
  const now = Number.parseFloat(inForce[`${program}.${name}`] ?? '');
  if (!cause?.imposedBy.includes(`(${name} = `) || !(now > Number(recommended))) return [];
  const msOf = (value: number): number => value * (unit === 'ms' ? 1 : 1_000);
  return [
    {
      ...{ name, program, risk, basis: 'seen', evidence: cause.evidence },
      ...{ from: withUnit(now, unit), to: withUnit(recommended, unit) },
      ...{ before: [written(line, now)], after: [written(line, recommended)] },
      savesMs: savedOfCause(name, msOf(now), msOf(Number(recommended)), cause.ms, inForce),
      why: `the largest part of the outage is imposed by ${cause.imposedBy}`,
    },
  ];
}

/**
 * What a shorter timeout leaves of the part that it imposed: at most the timeout itself. A leader key was renewed at most
 * `loop_wait` before, and etcd looks twice a second.
 */
function savedOfCause(
  name: string,
  nowMs: number,
  thenMs: number,
  causeMs: number,
  inForce: SettingsInForce,
): Proposal['savesMs'] {
  const loopMs = name === 'ttl' ? 1_000 * (Number.parseFloat(inForce['patroni.loop_wait'] ?? '') || 0) : thenMs;
  const slackMs = name === 'ttl' ? etcdLooksMs : 0;
  // A part that is longer than the timeout allows has another cause as well.
  if (causeMs > nowMs + slackMs + roundMs) return { low: 0, high: Math.min(causeMs, nowMs - thenMs) };
  return { low: Math.max(0, causeMs - thenMs - slackMs), high: Math.max(0, causeMs - (thenMs - loopMs)) };
}
const etcdLooksMs = 500;
const roundMs = 500;

/** Of a fault that is not modelled the pooler’s part still is. */
function phasesOf({ faults: [first] }: Run, settings: SettingsInForce): readonly PredictedPhase[] {
  if (!first) return [];
  const whole = predict(first.fault as FaultKind, settings)?.phases;
  return whole ?? [predictPooler(settings)].filter((phase) => phase !== undefined);
}

/** What of a run a phase of the prediction is held against. */
function boundOf(phase: string, { measured }: Verdict): Measured | undefined {
  const metric = phase === 'reconnect' ? 'poolerPenaltyMs' : `${phase}Ms`;
  return isMetric(metric) ? measured.find((one) => one.metric === metric && one.value !== null) : undefined;
}

/**
 * Nothing can be saved that was not lost; and where the phase was as long as the model allows, the change leaves no more of
 * it than the model does.
 */
function bounded(
  { low, high }: Proposal['savesMs'],
  bound: Measured | undefined,
  nowMostMs: number,
  thenMostMs: number,
): Proposal['savesMs'] {
  if (!bound || bound.value === null) return { low, high };
  const atMost = Math.max(0, Math.min(bound.value, bound.upper ?? Number.POSITIVE_INFINITY));
  const isAsModelled = bound.lower !== null && bound.value <= nowMostMs + roundMs;
  const atLeast = isAsModelled ? Math.max(low, bound.lower! - thenMostMs) : low;
  return { low: Math.min(atLeast, high, atMost), high: Math.min(high, atMost) };
}

/** The largest part, where none of the proposals is about it and a person can do something else. */
function largestElsewhere({ cause }: Verdict, found: readonly Proposal[]): string | undefined {
  if (!cause?.advice || found.some(({ name }) => cause.imposedBy.includes(`${name} = `))) return undefined;
  return `No setting here shortens the largest part, which ${cause.imposedBy} imposes. ${cause.advice}`;
}

/** What the faults advise, where a run broke another limit than that of an outage. */
const advisedFor = (run: Run): string =>
  [...new Set(faultWindows(run).map((fault) => adviceOn(run, fault)))]
    .filter((advice) => advice !== undefined)
    .map((advice) => ` ${advice}`)
    .join('');

const partOf = ({ ms, ofMs }: Cause): string => (ms > ofMs / 2 ? 'most' : 'the largest part');

/** What an outage depends on that no setting here shortens. */
function otherwise(
  run: Run,
  { cause, measured, outcome }: Verdict,
  levers: readonly Lever[],
  inForce: SettingsInForce,
  conflict: string | undefined,
  set: string | undefined,
): string {
  const outage = measured.find(({ metric }) => metric === 'writeOutageMs');
  if (outage && outage.value === null)
    return `Nothing that this run could show: how long writes were down is unknown${outage.note ? ` (${outage.note.replace(/^not measurable: /, '')})` : ''}.`;
  if (outage?.upper === 0) return outcome === 'fail' ? advisedFor(run).trim() : neverDown;
  if (!cause)
    return run.faults.length === 0
      ? 'The drill broke nothing: find out what stopped writes at that time (the logs of the pooler and of PostgreSQL, the load of the machine).'
      : 'Nothing that this run could show: no outage belongs to the fault.';
  const least = levers.find(
    ({ program, name, least }) =>
      least !== undefined &&
      Number.parseFloat(inForce[`${program}.${name}`] ?? '') === Number(least) &&
      cause.imposedBy.includes(`${name} = `),
  );
  const floor = least ? ` No ${least.name} below ${withUnit(least.least!, least.unit)} is accepted.` : '';
  const advice = cause.advice ? ` ${cause.advice}` : '';
  // What helps against the fault comes first, how to ride it out last.
  if (conflict) return cause.phase === 'fault' ? joined([cause.advice, conflict]) : `${conflict}${floor}${advice}`;
  if (set?.includes(cause.imposedBy)) return joined([cause.advice]);
  return `${set ? 'Apart from that' : 'Nothing in these settings'}: ${partOf(cause)} of the outage is imposed by ${cause.imposedBy}.${floor}${advice}`;
}

/**
 * Settings that would shorten an outage. *Measured* is what `explain` found by moving one timer at a time, at the value that
 * it has here. *Modelled* is the sum of timers (`predict.ts`) with and without the change, and no more than what was measured
 * of the phase that it bounds. *Seen* is the length of a phase that the change removes.
 */
import type { FaultKind } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import type { ExplainResult } from '../explain-result.ts';
import { predict, predictPooler, type SettingsInForce } from '../failover/predict.ts';
import { isMetric } from '../metrics.ts';
import type { PredictedPhase } from '../poolers/predict-pgbouncer.ts';
import type { Measured, Verdict } from '../verdict.ts';
import { ofBrokenLimit } from './of-broken-limit.ts';
import type { Lever, Proposal } from './proposal.ts';

/** In no order. */
export function leverProposals(
  run: Run,
  verdict: Verdict,
  levers: readonly Lever[],
  explained: ExplainResult | undefined,
): Proposal[] {
  const inForce = run.stack?.settings ?? {};
  const measured = (explained?.rows ?? []).flatMap((row) => fromExplained(row, inForce));
  const known = new Set(explained?.rows.map(({ name }) => name));
  const modelled = levers
    .filter(({ name }) => !known.has(name))
    .flatMap((lever) => fromModel(lever, levers, run, verdict));
  const named = new Set([...known, ...modelled.map(({ name }) => name)]);
  const seen = levers.filter(({ name }) => !named.has(name)).flatMap((lever) => fromCause(lever, inForce, verdict));
  return [...measured, ...modelled, ...seen].flatMap((one) => ofBrokenLimit(run, verdict, one));
}

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

/** `20 s`. */
export const withUnit = (value: string | number, unit: string): string => `${value} ${unit}`.trim();

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
        ...withCompanions(Object.entries(target.with), levers, program, inForce),
        before: linesOf((one) => String(Number.parseFloat(inForce[`${program}.${one}`] ?? ''))),
        after: linesOf((_, value) => value),
        savesMs: bounded({ low: Math.max(0, phase.lowMs - then.lowMs), high }, bound, phase.highMs, then.highMs),
        evidence: [...(run.prediction ? [run.prediction.seq] : []), ...(bound?.evidence ?? [])],
      },
    ];
  });
}

/** The settings that move with one and have another value now. */
function withCompanions(
  others: readonly (readonly [string, string])[],
  levers: readonly Lever[],
  program: string,
  inForce: SettingsInForce,
): Pick<Proposal, 'also'> {
  const also = others.flatMap(([name, value]) => {
    const unit = levers.find((one) => one.name === name && one.program === program)?.unit ?? '';
    const isSet = Number.parseFloat(inForce[`${program}.${name}`] ?? '') === Number(value);
    return isSet ? [] : [`${name} = ${withUnit(value, unit)}`];
  });
  return also.length > 0 ? { also } : {};
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

/** What an outage should last, computed from the timers that are in force, before anything is broken. */
import { contractOf, type FaultKind, isFault } from '../../faults/index.ts';
import type { Draft } from '../../journal/event.ts';
import { type PredictedPhase, type Read, reconnect } from '../poolers/predict-pgbouncer.ts';
import { cnpgPhases, detectUnready } from './predict-cnpg.ts';

type Prediction = Omit<Draft<'prediction'>, 'tUs' | 'kind'>;

/** Values in force by `program.setting`, a number first: `{ 'patroni.ttl': '20 s' }`. */
export type SettingsInForce = Readonly<Record<string, string>>;

/**
 * What a scenario's first fault should cost; undefined too where it is not the primary that is hit.
 * @param lengthMs how long the fault lasts, where its end is a part of the incident
 */
export function predictDrill(
  scenario: { readonly needs: readonly string[]; readonly aimedAt: 'primary' | 'standby' },
  settings: SettingsInForce,
  lengthMs?: number,
): Prediction | undefined {
  const fault = scenario.needs.find(isFault);
  if (!fault || scenario.aimedAt !== 'primary') return undefined;
  const whole = predict(fault, settings);
  return whole && lengthMs !== undefined ? endingAfter(lengthMs, whole) : whole;
}

/** A fault that ends before the manager gives the primary up costs its own length, and the way back to the same primary. */
function endingAfter(lengthMs: number, whole: Prediction): Prediction {
  const [detect, ...later] = whole.phases;
  if (detect?.phase !== 'detect' || lengthMs >= detect.highMs) return whole;
  const seconds = lengthMs / 1_000;
  const ends = { phase: 'restart', lowMs: lengthMs, highMs: lengthMs } as const;
  const again = later.filter(({ phase }) => phase === 'route' || phase === 'reconnect');
  if (lengthMs < detect.lowMs)
    return summed([
      {
        ...ends,
        why: `the fault ends after ${seconds} s, before the primary is given up (${detect.lowMs / 1_000} s at least)`,
      },
      ...again,
    ]);
  const either = `${detect.why}; or the fault, which lasts ${seconds} s, ends first`;
  return summed([{ ...detect, lowMs: Math.min(detect.lowMs, lengthMs), why: either }, ...later]);
}

/**
 * The expected outage of writes through the pooler, as a sum of phases from [low, high] each.
 * Undefined where the faults or the manager are not modelled: no prediction is better than a guess.
 * The model of Patroni: the leader renews its key every `loop_wait` for `ttl`, so that a crash finds between
 * `ttl − loop_wait` and `ttl` of it left (Patroni documentation, "Dynamic Configuration Settings").
 */
export function predict(fault: FaultKind, settings: SettingsInForce): Prediction | undefined {
  const phases = phasesOf(fault, settings);
  return phases && summed(phases);
}

function summed(phases: PredictedPhase[]): Prediction {
  const sum = (key: 'lowMs' | 'highMs') => phases.reduce((total, phase) => total + phase[key], 0);
  return { lowMs: sum('lowMs'), highMs: sum('highMs'), phases };
}

/** The pooler’s part alone, which no fault has to be modelled for; undefined without a PgBouncer. */
export const predictPooler = (settings: SettingsInForce): PredictedPhase | undefined =>
  settings['pgbouncer.server_login_retry'] ? reconnect(reader(settings)) : undefined;

function phasesOf(fault: FaultKind, settings: SettingsInForce): PredictedPhase[] | undefined {
  const read = reader(settings);
  if (settings['patroni.ttl']) return patroniPhases(fault, read);
  const synchronous = Boolean(settings['postgresql.synchronous_standby_names']);
  if (settings['cloudnativepg.lease_duration']) return cnpgPhases(fault, read, synchronous);
  return undefined;
}

/** When CloudNativePG gives up an instance whose PostgreSQL alone stands still; undefined with another manager. */
export const predictUnready = (settings: SettingsInForce): PredictedPhase | undefined =>
  settings['cloudnativepg.lease_duration'] ? detectUnready(reader(settings)) : undefined;

const reader =
  (settings: SettingsInForce): Read =>
  (name) =>
    Number.parseFloat(settings[name] ?? '0');

function patroniPhases(fault: FaultKind, read: Read): PredictedPhase[] | undefined {
  const ttlMs = read('patroni.ttl') * 1_000;
  const loopMs = read('patroni.loop_wait') * 1_000;
  const after = [promote, route(read), reconnect(read)];
  const noticed = contractOf(fault)?.noticedAs;
  if (noticed === 'death' || noticed === 'termination' || noticed === 'silence')
    return [
      {
        phase: 'detect',
        lowMs: ttlMs - loopMs,
        highMs: ttlMs + etcdExpiryMs,
        why: `the leader’s key lives ttl = ${ttlMs / 1_000} s and was renewed at most loop_wait = ${loopMs / 1_000} s before`,
      },
      noticed === 'silence' ? electWithSilentMember : electAmongReachable,
      ...after,
    ];
  if (noticed === 'request')
    return [
      { phase: 'detect', lowMs: 0, highMs: 500, why: 'the manager was asked' },
      {
        phase: 'elect',
        lowMs: 200,
        highMs: 3_000,
        why: 'the old primary stops after a checkpoint and releases its key',
      },
      ...after,
    ];
  return undefined;
}

/** etcd looks for expired leases twice a second. */
const etcdExpiryMs = 500;

const electAmongReachable: PredictedPhase = {
  phase: 'elect',
  lowMs: 0,
  highMs: 1_000,
  why: 'standbys see the key go and compare their positions at once',
};
const electWithSilentMember: PredictedPhase = {
  phase: 'elect',
  lowMs: 0,
  highMs: 3_000,
  why: 'as for a crash, and the silent member is asked too, for up to 2 s',
};
const promote: PredictedPhase = {
  phase: 'promote',
  lowMs: 50,
  highMs: 2_000,
  why: 'end of recovery and a new timeline',
};

const route = (read: Read): PredictedPhase => {
  const ms = read('haproxy.haproxy_inter') * Math.max(1, read('haproxy.haproxy_rise'));
  return {
    phase: 'route',
    lowMs: 0,
    highMs: ms,
    why: `HAProxy asks every inter, and believes after rise answers: ${ms} ms`,
  };
};

/** Who decides how long a lost primary counts as the primary, in words. */
import { contractOf } from '../../faults/index.ts';
import { inSeconds } from '../measured.ts';
import type { CauseFacts, Words } from './cause-facts.ts';

export function detect(facts: CauseFacts): Words {
  const { isCut, manager, target, targetIsInstance } = facts;
  if (manager === 'Patroni' && losesStore(facts)) return withoutStore(facts);
  if (isCut)
    return {
      passed: targetIsInstance
        ? `while ${manager} kept ${target} as the primary`
        : `before ${manager} promoted a new primary`,
      why: 'it did not start a failover before the drill ended its fault',
      imposedBy: manager,
    };
  return manager === 'CloudNativePG' ? onKubernetes(facts) : byPatroni(facts);
}

/** The primary is well, and cannot reach etcd. */
const losesStore = ({ fault, setting }: CauseFacts): boolean =>
  contractOf(fault)?.takesStore === true && /= (false|off)$/.test(setting('patroni.failsafe_mode'));

function withoutStore({ isCut, manager, lost, targetIsInstance, setting, suffered }: CauseFacts): Words {
  const primary = targetIsInstance ? lost : 'the primary';
  return {
    passed: isCut ? 'without a primary' : `before ${manager} promoted a new primary`,
    why: `${suffered ? `${suffered}; ` : ''}${primary} cannot renew its leader key without etcd, and steps down unless failsafe_mode lets it go on while it reaches every other member (${setting('patroni.failsafe_mode')})`,
    imposedBy: `${manager} (${setting('patroni.failsafe_mode')})`,
    advice:
      'With failsafe_mode: true (patronictl edit-config) a primary that loses etcd stays the primary for as long as it reaches the REST API of every other member.',
  };
}

function byPatroni(facts: CauseFacts): Words {
  const { manager, fault, setting, lost, lastedMs, demotedMs, suffered } = facts;
  const { hidesFromManager, inOrder } = contractOf(fault) ?? {};
  const timed = `${manager} (${setting('patroni.ttl')})`;
  const because = suffered === undefined ? '' : `${suffered}, and `;
  if (hidesFromManager)
    return {
      passed: 'while the leader key of the lost primary expired',
      why: `${because}${manager} elects a new leader only then (${setting('patroni.ttl')})`,
      imposedBy: timed,
      ...rideOut(facts),
    };
  const passed = `before ${manager} gave up ${lost}`;
  if (inOrder)
    return {
      passed: `before ${lost} had handed over`,
      why: 'the old primary first stops with a checkpoint and releases the leader key',
      imposedBy: manager,
    };
  if (contractOf(fault)?.stopsServer && lastedMs >= 1_000 * number(setting('patroni.primary_start_timeout')))
    return {
      passed,
      why: `${because}PostgreSQL ended; ${manager} tries to start it again for ${setting('patroni.primary_start_timeout')} before another instance may take over`,
      imposedBy: `${manager} (${setting('patroni.primary_start_timeout')})`,
      ...rideOut(facts),
    };
  const ttlMs = 1_000 * number(setting('patroni.ttl'));
  const loopMs = 1_000 * number(setting('patroni.loop_wait'));
  // A key that was given up sooner than it can have expired was released; one that was held for longer was renewed.
  const isExpiry = lastedMs >= ttlMs - loopMs && lastedMs <= ttlMs + (demotedMs ?? loopMs);
  if (!isExpiry)
    return { passed, why: `${because}it held the leader key until then`, imposedBy: manager, ...rideOut(facts) };
  const keyExpires = `the leader key has expired (${setting('patroni.ttl')} after ${lost} last renewed it)`;
  const waited =
    demotedMs === undefined
      ? `a standby takes over only when ${keyExpires}`
      : `${lost} stepped down ${inSeconds(demotedMs)} s after the fault, and the last ${inSeconds(lastedMs - demotedMs)} s passed because a standby takes over only when ${keyExpires}`;
  return {
    passed: demotedMs === undefined ? passed : `before a standby could take over from ${lost}`,
    why: `${suffered === undefined ? '' : `${suffered}; `}${waited}`,
    imposedBy: timed,
    ...rideOut(facts),
  };
}

/** What to do about a failover that a fault of limited length caused. */
function rideOut({ fault, lasted, faultAdvice, setting, targetIsInstance }: CauseFacts): Pick<Words, 'advice'> {
  if (lasted === undefined) return faultAdvice === undefined ? {} : { advice: faultAdvice };
  const { dose, hidesFromManager } = contractOf(fault) ?? {};
  const varied = dose === undefined ? 'how long one may last' : 'how slow it may be';
  const measured = targetIsInstance ? `; pgdrill threshold ${fault} measures ${varied}` : '';
  // A primary whose manager still reaches etcd, late, gives up when its own requests take too long.
  const longer = hidesFromManager
    ? `set ttl above that (now ${setting('patroni.ttl')})`
    : `set retry_timeout above the time in which no request of Patroni to etcd succeeds (now ${setting('patroni.retry_timeout')}), and ttl to at least loop_wait + 2 × retry_timeout`;
  return {
    advice: `${faultAdvice ? `${faultAdvice} ` : ''}To ride out ${lasted} of this without a failover, ${longer}: a real loss then takes as much longer to notice${measured}.`,
  };
}

/** `ttl = 20 s` → 20; NaN where it is not known. */
const number = (text: string): number => Number.parseFloat(text.split(' = ')[1] ?? '');

function onKubernetes({ part, fault, setting, target }: CauseFacts): Words {
  const { takesNode: silent = false, instance } = contractOf(fault) ?? {};
  const isStopped = instance === 'stopped';
  if (part === 1)
    return {
      passed: `before Kubernetes marked ${target} as not ready`,
      why: silent
        ? 'a silent node counts as ready until its grace period is over (node-monitor-grace-period, by default 50 s), and CloudNativePG waits for that'
        : isStopped
          ? 'CloudNativePG fails over only then, and its readiness probe has to fail several times in a row first (by default three times, ten seconds apart)'
          : 'CloudNativePG fails over only then',
      imposedBy: 'Kubernetes',
      ...(silent && {
        advice:
          'Where you run the control plane, --node-monitor-grace-period of kube-controller-manager decides it; elsewhere, alert on the node.',
      }),
    };
  return {
    passed: 'before CloudNativePG decided on a failover',
    why:
      silent || isStopped
        ? `the operator first asks every instance, and waits up to 30 s for a silent one; then ${setting('cloudnativepg.failover_delay')}`
        : `the operator has to find the primary not ready; then ${setting('cloudnativepg.failover_delay')}`,
    imposedBy: 'CloudNativePG',
  };
}

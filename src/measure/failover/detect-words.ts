/** Who decides how long a lost primary counts as the primary, in words. */
import { contractOf } from '../../faults/index.ts';
import { inSeconds } from '../measured.ts';
import type { CauseFacts, Words } from './cause-facts.ts';

export function detect(facts: CauseFacts): Words {
  const { isCut, manager, target, targetIsInstance } = facts;
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
      passed,
      why: 'the old primary first stops with a checkpoint and releases the leader key',
      imposedBy: manager,
    };
  const ttlMs = 1_000 * number(setting('patroni.ttl'));
  const loopMs = 1_000 * number(setting('patroni.loop_wait'));
  // A key that was given up sooner than it can have expired was released; one that was held for longer was renewed.
  const isExpiry = lastedMs >= ttlMs - loopMs && lastedMs <= ttlMs + (demotedMs ?? loopMs);
  if (!isExpiry)
    return { passed, why: `${because}it held the leader key until then`, imposedBy: manager, ...rideOut(facts) };
  const demoted = demotedMs === undefined ? '' : `${lost} stepped down ${inSeconds(demotedMs)} s after the fault; `;
  return {
    passed,
    why: `${suffered === undefined ? '' : `${suffered}; `}${demoted}a standby takes over only when the leader key has expired, ${setting('patroni.ttl')} after ${lost} last renewed it`,
    imposedBy: timed,
    ...rideOut(facts),
  };
}

/** What to do about a failover that a fault of limited length caused. */
function rideOut({ fault, lasted, faultAdvice, setting, targetIsInstance }: CauseFacts): Pick<Words, 'advice'> {
  if (lasted === undefined) return faultAdvice === undefined ? {} : { advice: faultAdvice };
  const varied = contractOf(fault)?.dose === undefined ? 'how long one may last' : 'how slow it may be';
  const measured = targetIsInstance ? ` (pgdrill threshold ${fault} measures ${varied})` : '';
  return {
    advice: `To ride out ${lasted} of this without a failover, ttl would have to be longer than it is (${setting('patroni.ttl')}), and every real loss would take as much longer to notice${measured}.${faultAdvice ? ` ${faultAdvice}` : ''}`,
  };
}

/** `ttl = 20 s` → 20; NaN where it is not known. */
const number = (text: string): number => Number.parseFloat(text.split(' = ')[1] ?? '');

function onKubernetes({ part, fault, setting, target }: CauseFacts): Words {
  const silent = contractOf(fault)?.takesNode === true;
  if (part === 1)
    return {
      passed: `before Kubernetes marked ${target} as not ready`,
      why: silent
        ? 'a silent node counts as ready until its grace period is over (node-monitor-grace-period, by default 50 s), and CloudNativePG waits for that'
        : 'CloudNativePG fails over only then',
      imposedBy: 'Kubernetes',
      ...(silent && {
        advice:
          'Where you run the control plane, --node-monitor-grace-period of kube-controller-manager decides it; elsewhere, alert on the node.',
      }),
    };
  return {
    passed: 'before CloudNativePG decided on a failover',
    why: silent
      ? `the operator first asks every instance, and waits up to 30 s for a silent one; then ${setting('cloudnativepg.failover_delay')}`
      : `the operator has to find the primary not ready; then ${setting('cloudnativepg.failover_delay')}`,
    imposedBy: 'CloudNativePG',
  };
}

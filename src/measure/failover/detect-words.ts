/** Who decides how long a lost primary counts as the primary, in words. */
import { contractOf } from '../../faults/index.ts';
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
  const { manager, fault, setting, target, suffered } = facts;
  const { hidesFromManager, inOrder, wants } = contractOf(fault) ?? {};
  const timed = `${manager} (${setting('patroni.ttl')})`;
  if (hidesFromManager)
    return {
      passed: 'while the leader key of the lost primary expired',
      why: `${suffered === undefined ? '' : `${suffered}, and `}${manager} elects a new leader only then (${setting('patroni.ttl')})`,
      imposedBy: timed,
      ...rideOut(facts),
    };
  const passed = `before ${manager} gave up ${target}`;
  if (inOrder)
    return {
      passed,
      why: 'the old primary first stops with a checkpoint and releases the leader key',
      imposedBy: manager,
    };
  if (suffered === undefined || wants !== undefined)
    return {
      passed,
      why: `${suffered === undefined ? '' : `${suffered}, and `}it held the leader key until then`,
      imposedBy: manager,
      ...rideOut(facts),
    };
  return {
    passed,
    why: `${suffered}, and a primary is given up when it has not renewed its leader key for as long as that lasts (${setting('patroni.ttl')})`,
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

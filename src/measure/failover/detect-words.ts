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

function byPatroni({ manager, fault, setting, target }: CauseFacts): Words {
  if (contractOf(fault)?.hidesFromManager)
    return {
      passed: 'while the leader key of the lost primary expired',
      why: `${manager} elects a new leader only then (${setting('patroni.ttl')})`,
      imposedBy: `${manager} (${setting('patroni.ttl')})`,
    };
  const passed = `before ${manager} gave up ${target}`;
  if (contractOf(fault)?.inOrder)
    return {
      passed,
      why: 'the old primary first stops with a checkpoint and releases the leader key',
      imposedBy: manager,
    };
  return { passed, why: 'it held the leader key until then', imposedBy: manager };
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

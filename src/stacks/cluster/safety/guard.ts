/** What stops a drill from doing harm at the moment of a fault, and while it runs. */
import { UsageError } from '../../../errors.ts';
import { contractOf, type FaultKind } from '../../../faults/index.ts';
import type { Target } from '../../../faults/target.ts';
import { isReady, type Pod } from '../../cnpg/objects.ts';
import { confirmations } from '../../cnpg/topology.ts';
import { repeat } from '../../observe/observer.ts';
import type { Found } from '../discover.ts';

const watchEveryMs = 10_000;

/** A fault that is not healed yet. */
export interface Active {
  readonly fault: FaultKind;
  readonly of: string;
}

/**
 * A pause of the poolers may go with one fault more, such as the switchover that it is for: it breaks no instance.
 * @throws UsageError where another fault is at work, or fewer instances would be left than writes need: a primary, and
 * as many standbys as must confirm
 */
export function refuseTooMuch(
  fault: FaultKind,
  target: Target,
  state: {
    readonly instances: readonly Pod[];
    readonly spec: Found['cluster']['spec'];
    readonly active: readonly Active[];
  },
  allowQuorumLoss: boolean,
): void {
  const active = state.active.filter((one) => !contractOf(one.fault)?.holdsClients);
  if (active.length > 0)
    throw new UsageError(
      `one target at a time: ${active.map((one) => `${one.fault} of ${one.of}`).join(', ')} is still broken; heal it before ${fault} of ${target.name}`,
    );
  if (contractOf(fault)?.keepsInstances || allowQuorumLoss) return;
  const left = state.instances.filter((pod) => isReady(pod) && pod.metadata.name !== target.name).length;
  const needed = 1 + confirmations(state.spec);
  if (left < needed)
    throw new UsageError(
      `${fault} of ${target.name} would leave ${left} instances, but writes need ${needed}; say --allow-quorum-loss if that is what the drill is about`,
    );
}

/**
 * @param ours the pods that the drill runs and makes its load in
 * @throws UsageError where one of them is on the node that is to be cut off: it would measure its own isolation
 */
export function refuseOwnNode(target: Target, instances: readonly Pod[], ours: readonly Pod[]): void {
  const node = instances.find(({ metadata }) => metadata.name === target.name)?.spec.nodeName;
  const there = ours.filter(({ spec }) => node !== undefined && spec.nodeName === node);
  if (there.length > 0)
    throw new UsageError(
      `isolate of ${target.name} would cut off ${node}, where ${there.map(({ metadata }) => metadata.name).join(', ')} of this drill runs; run it on another node, or from outside the cluster`,
    );
}

/** Looks at how full volumes are until it is disposed of, and says so once when one is too full. */
export function watchVolumes(
  instances: readonly string[],
  used: (instance: string) => Promise<number>,
  limit: number,
  onFull: (why: string) => void,
): AsyncDisposable {
  let reported = false;
  return repeat(async () => {
    for (const name of instances) {
      // An instance that is down cannot be asked; what it stores does not grow either.
      const ratio = await used(name).catch(() => 0);
      if (ratio <= limit || reported) continue;
      reported = true;
      onFull(
        `the volume of ${name} is ${Math.round(ratio * 100)} % full, and ${Math.round(limit * 100)} % ends the drill`,
      );
    }
  }, watchEveryMs);
}

/** What stops a drill from doing harm at the moment of a fault, and while it runs. */
import { UsageError } from '../../../errors.ts';
import { type FaultKind, takesInstance } from '../../../faults/index.ts';
import type { Target } from '../../../faults/target.ts';
import { isReady, type Pod } from '../../cnpg/objects.ts';
import { confirmations } from '../../cnpg/topology.ts';
import { repeat } from '../../observe/observer.ts';
import type { Found } from '../discover.ts';
import type { Planned } from './preview.ts';

const watchEveryMs = 10_000;

/** A fault that is not healed yet. */
export interface Broken {
  readonly fault: FaultKind;
  readonly target: Target;
}

/** What a scenario that breaks several targets at once takes on an existing cluster, in words that follow its name. */
export const takesOptIn = 'breaks several targets at once, which takes --allow-quorum-loss';

/**
 * A pause of the poolers may go with one fault more, such as the switchover that it is for: it breaks no instance.
 * @param state what is broken already: `active`
 * @throws UsageError where another instance is broken, or fewer instances would be left than writes need: a primary, and
 * as many standbys as must confirm
 */
export function refuseTooMuch(
  fault: FaultKind,
  target: Target,
  state: {
    readonly instances: readonly Pod[];
    readonly spec: Found['cluster']['spec'];
    readonly active: readonly Broken[];
  },
  allowQuorumLoss: boolean,
): void {
  if (allowQuorumLoss) return;
  const broken = state.active.filter((one) => takesInstance(one.fault));
  if (broken.length > 0)
    throw new UsageError(
      `one target at a time: ${broken.map((one) => `${one.fault} of ${one.target.name}`).join(', ')} is still at work; heal it before ${fault} of ${target.name}, or say --allow-quorum-loss if that is what the drill is about`,
    );
  if (!takesInstance(fault)) return;
  const left = state.instances.filter((pod) => isReady(pod) && pod.metadata.name !== target.name).length;
  const needed = 1 + confirmations(state.spec);
  if (left < needed)
    throw new UsageError(
      `${fault} of ${target.name} would leave ${left} instances, but writes need ${needed}; say --allow-quorum-loss if that is what the drill is about`,
    );
}

/** @throws UsageError where a scenario breaks several targets at once, before anything is touched */
export function refuseSeveral(
  plans: readonly Pick<Planned, 'scenario' | 'breaksSeveral'>[],
  allowQuorumLoss: boolean,
): void {
  const one = plans.find(({ breaksSeveral }) => breaksSeveral);
  if (one && !allowQuorumLoss)
    throw new UsageError(`${one.scenario} ${takesOptIn}; say it if that is what the drill is about, or leave it out`);
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

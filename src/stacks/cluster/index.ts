/** The `cluster` stack: drills on an existing CloudNativePG cluster, changed only by the fault. */
import { SetupError, UsageError } from '../../errors.ts';
import { type FaultKind, isFault } from '../../faults/index.ts';
import type { Capability, UndoRecord } from '../../faults/target.ts';
import { configOf } from '../../kubernetes/kubeconfig.ts';
import { Kube } from '../cnpg/api/kube.ts';
import type { ClusterAt } from '../cnpg/faults/at.ts';
import { timers } from '../cnpg/timers.ts';
import type { Stack } from '../stack.ts';
import { discover } from './discover.ts';
import { enter } from './enter.ts';
import { clusterFaults } from './faults/index.ts';
import { demandSteady, look, open, refuseSecondDrill, whyNot } from './open.ts';
import { type ClusterName, type ClusterOptions, idOf, nameOf, withoutFault } from './options.ts';
import { refuseByLoad, refuseRestore } from './restore/index.ts';
import { refuseSeveral } from './safety/guard.ts';
import { type HealOptions, healCluster } from './safety/heal.ts';
import { allowedFaults, refuseOthers } from './safety/opt-in.ts';
import { type Planned, previewLines } from './safety/preview.ts';
import { drillResidue } from './safety/residue.ts';

export interface ClusterStack extends Stack {
  /** `context/namespace/cluster`. */
  readonly name: string;
  /**
   * Looks at everything that a drill depends on, and changes nothing.
   * @returns what will be touched, a line each
   * @throws UsageError where the drills are refused, in one sentence
   */
  preview(plans: readonly Planned[]): Promise<string[]>;
}

/** What drills can do to an existing cluster, as far as its rights and its owner allow. */
export const clusterCapabilities: ReadonlySet<Capability> = new Set([...clusterFaults.keys(), 'restore', 'metrics']);

/** The Cluster of this name, by the API of its context. @throws UsageError where the context does not exist */
export const clusterAt = ({ context, namespace, cluster }: ClusterName, operatorNamespace: string): ClusterAt => ({
  kube: new Kube(configOf(context)),
  site: { namespace, cluster, operatorNamespace },
});

/** @throws UsageError where the context is not in the kubeconfig */
export function clusterStack(options: ClusterOptions): ClusterStack {
  const at = clusterAt(options, options.operatorNamespace);
  const harmless = { ...options, steady: withoutFault(options.steady) };
  let opened = 0;
  const restoredInto = new Set<string>();
  return {
    kind: 'cluster',
    name: idOf(options),
    capabilities: clusterCapabilities,
    settings: {},
    timers,
    unavailable: async () => undefined,
    planned: () => ({}),
    adopt: async (topology) => ({ ...topology, ...(await discover(at.kube, at.site)).topology }),
    lacks: (fault: FaultKind) => whyNot(at, fault, options),
    preview: async (plans) => {
      refuseSeveral(plans, options.allowQuorumLoss);
      const { found, account } = await look(at, options);
      const needs = [...new Set(plans.flatMap((plan) => plan.needs.filter(isFault)))];
      if (needs.length > 0) refuseOthers(options.cluster, allowedFaults(found.cluster.metadata, new Date()), needs);
      const restores = plans.some((plan) => plan.restores);
      if (restores) await refuseRestore(at, found, options);
      await refuseSecondDrill(at);
      if (!options.watching) await demandSteady(at, found, needs.length > 0 ? options : harmless);
      const entering = enter(at, { found, account, database: options.database });
      const ways = await (options.watching ? entering.catch(unlessUnreachable) : entering);
      if (ways && restores) await refuseByLoad(ways.endpoints, options.restore.assertions);
      return previewLines(found, options, plans, ways?.path ?? 'none now: the watch begins once the database answers');
    },
    open: (opening) =>
      open(at, opening.withoutFault ? harmless : options, {
        ...{ ...opening, another: opened++ > 0 },
        onRestore: (namespace) => restoredInto.add(namespace),
      }),
    heal: (undo) => healAlone(undo.stackId, options.operatorNamespace, async () => [undo]),
    kept: async () => [],
    abandoned: async () => [],
    remove: async () => {},
    residue: () => drillResidue(at, options.database, [...restoredInto]),
  };
}

/** A watch may begin in an outage: its opening waits for the end, and says so. */
function unlessUnreachable(error: unknown): undefined {
  if (!(error instanceof SetupError)) throw error;
}

/** Heals a cluster that undo records of this machine name. @throws UsageError where something is left */
export async function healAlone(
  stackId: string,
  operatorNamespace: string,
  onDisk: () => Promise<readonly UndoRecord[]>,
): Promise<string> {
  const said: string[] = [];
  const signal = new AbortController().signal;
  const options: HealOptions = { say: (text) => said.push(text), wait: false, signal, onDisk };
  const left = await healCluster(clusterAt(nameOf(stackId), operatorNamespace), options);
  if (left.length > 0) throw new UsageError(`left over: ${left.join('; ')}`);
  return said.join('; ');
}

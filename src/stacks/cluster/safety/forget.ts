/** Gives a dead drill’s lease back without undoing what it records, once a person has seen that none of it matters. */
import type { UndoRecord } from '../../../faults/target.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { explained } from '../discover.ts';
import { endLease, findLease, leaseRef, underWay } from './lease.ts';

export interface Forgotten {
  readonly lease: string;
  readonly holder: string;
  readonly renewedAt: string;
  readonly undos: readonly UndoRecord[];
  /** Why other entries are not undo records. */
  readonly refused: readonly string[];
  readonly restores: readonly string[];
  readonly database: string | undefined;
}

/** What forgetting would lose, a line each. */
const forgottenLines = ({ lease, holder, renewedAt, undos, refused, restores, database }: Forgotten): string[] => [
  `the lease ${lease} of ${holder}, last renewed ${renewedAt}`,
  ...undos.map(({ fault, target, how }) => `not undone: ${fault} of ${target.name}, ${JSON.stringify(how)}`),
  ...refused.map((why) => `not undone: ${why}`),
  ...restores.map((namespace) => `not removed: what a backup was restored into, in the namespace ${namespace}`),
  ...(database ? [`not dropped: the schema pgdrill in ${database}`] : []),
];

/**
 * @param keep writes down what is about to be forgotten; called once the user agreed, before the lease goes
 * @returns what was forgotten; undefined where there is no lease
 * @throws UsageError where the drill is alive, and where the user does not agree
 */
export async function forgetLease(
  { kube, site }: ClusterAt,
  confirm: (lines: readonly string[]) => Promise<void>,
  keep: (forgotten: Forgotten) => Promise<void>,
): Promise<Forgotten | undefined> {
  const found = await findLease(kube, site).catch((error: unknown) => {
    throw explained(error, `the lease of the drill on ${site.cluster}`);
  });
  if (!found) return undefined;
  const { name, namespace } = leaseRef(site).metadata;
  if (found.alive) throw underWay(site, found);
  const { holder, undos, refused, restores, database } = found;
  const forgotten = {
    ...{ lease: `${namespace}/${name}`, holder, renewedAt: found.renewedAt.toISOString() },
    ...{ undos, refused, restores, database },
  };
  await confirm(forgottenLines(forgotten));
  await keep(forgotten);
  await endLease(kube, site, found.uid);
  return forgotten;
}

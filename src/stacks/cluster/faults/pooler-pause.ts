/**
 * pooler-pause on a cluster that others run: `spec.pgbouncer.paused` of the Pooler that a way of the clients leads to. It is
 * undone only where the API server's account of the field names pgdrill alone: a pause that somebody else has set since is theirs.
 */
import { SetupError, UsageError } from '../../../errors.ts';
import type { Fault } from '../../../faults/contract.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { word } from '../../cnpg/faults/fault.ts';
import { provePaused, setPaused, untilResumed } from '../../cnpg/faults/pooler-pause.ts';
import { type DrilledAt, hasOwners, pausedBy, pausedByDrill, poolerAimedAt, poolerNamed } from './poolers.ts';

export const poolerPause: Fault<DrilledAt, ClusterAt> = {
  async prepare(at, target) {
    const { pooler, pods } = await poolerAimedAt(at, target);
    const { name } = pooler.metadata;
    // Two ways may lead to one Pooler, which the drill has then paused already.
    if (pooler.spec.pgbouncer?.paused && !pausedByDrill(pooler))
      throw new UsageError(`the Pooler ${name} is paused already; end that pause first, with: ${unpause(at, name)}`);
    if (!hasOwners(pooler))
      throw new UsageError(
        `the API server does not record who set which field of the Pooler ${name} (metadata.managedFields), so that nothing would distinguish the drill's pause from another`,
      );
    return {
      how: { pooler: name },
      breakIt: () => setPaused(at, name, true),
      prove: () =>
        provePaused(
          at,
          pods.map(({ metadata }) => metadata.name),
        ),
    };
  },
  async heal(at, how) {
    const name = word(how, 'pooler');
    return (await resume(at, name)) ?? untilResumed(at, name);
  },
  healWithout: async (at, how) => {
    const name = word(how, 'pooler');
    return (await resume(at, name)) ?? `the Pooler ${name} is not paused`;
  },
};

/** @returns why nothing had to be undone; undefined where it is, or was, unpaused. @throws SetupError where somebody else paused it */
async function resume(at: ClusterAt, name: string): Promise<string | undefined> {
  const pooler = await poolerNamed(at, name);
  if (!pooler) return `the Cluster ${at.site.cluster} has no Pooler ${name}`;
  if (!pooler.spec.pgbouncer?.paused) return undefined;
  if (!pausedByDrill(pooler))
    throw new SetupError(
      `the Pooler ${name} is paused, but ${pausedBy(pooler).join(' and ') || 'nobody known'} set that, and not the drill alone; see who wants it, and end it with: ${unpause(at, name)}`,
    );
  await setPaused(at, name, false);
  return undefined;
}

const unpause = ({ site }: ClusterAt, name: string): string =>
  `kubectl patch pooler ${name} -n ${site.namespace} --type merge -p '{"spec":{"pgbouncer":{"paused":false}}}'`;

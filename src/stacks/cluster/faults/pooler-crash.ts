/**
 * pooler-crash on a cluster that others run: PgBouncer of the first pod behind a way of the clients gets SIGKILL from inside
 * its own pod, as the pod's user. CloudNativePG's manager, process 1 of the pod, is out of reach of such a signal, and ends
 * as soon as PgBouncer has; the kubelet starts the container again. No pod on the node is needed for that.
 */
import type { Fault } from '../../../faults/contract.ts';
import { until } from '../../../wait.ts';
import { armedScript, awaitArmed } from '../../cnpg/armed.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { word } from '../../cnpg/faults/fault.ts';
import { poolerWhole } from '../../cnpg/faults/pooler-delete.ts';
import { pgbouncerContainer } from '../../cnpg/names.ts';
import { isReady, type Pod, podKind, refTo } from '../../cnpg/objects.ts';
import { type DrilledAt, poolerAimedAt } from './poolers.ts';

/** The kubelet writes to the API that a container has ended. */
const seenWithinMs = 30_000;

/** Kills every process that is called pgbouncer. The container, and this script in it, may end with it. */
export const killPgbouncer = armedScript({
  setup: `
all=
for p in /proc/[0-9]*; do [ "$(cat $p/comm 2>/dev/null)" = pgbouncer ] && all="$all \${p#/proc/}"; done
[ -n "$all" ] || { echo 'no process is called pgbouncer' >&2; exit 1; }`,
  action: 'kill -9 $all || exit 1',
  check: ':',
});

const restarts = (pod: Pod): number =>
  pod.status?.containerStatuses?.find(({ name }) => name === pgbouncerContainer)?.restartCount ?? 0;

export const poolerCrash: Fault<DrilledAt, ClusterAt> = {
  async prepare(at, target) {
    const { kube, site } = at;
    const { pooler, pods } = await poolerAimedAt(at, target);
    const pod = pods[0]!;
    const { name, uid } = pod.metadata;
    const command = ['sh', '-c', killPgbouncer, 'sh'];
    const armed = await awaitArmed(
      await kube.converse(site.namespace, name, pgbouncerContainer, command),
      `in pod ${name}`,
      true,
    );
    const ended = async () => {
      const now = await kube.read<Pod>(refTo(podKind, name, site.namespace));
      return !now || now.metadata.uid !== uid || restarts(now) > restarts(pod) || !isReady(now) ? true : undefined;
    };
    return {
      how: { pooler: pooler.metadata.name, pod: name },
      breakIt: () => armed.fire(),
      prove: async () => {
        await until(ended, { withinMs: seenWithinMs, everyMs: 100, what: `the container of ${name} to end` });
        return `PgBouncer in ${name} was killed, and its container has ended`;
      },
    };
  },
  heal: (at, how) => poolerWhole(at, word(how, 'pooler')),
};

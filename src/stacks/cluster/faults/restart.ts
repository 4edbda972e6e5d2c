/**
 * restart on a cluster that others run: the postmaster gets SIGKILL from inside its own pod, as the pod's user. No pod on the
 * node is needed for that. Process 1 of the pod, CloudNativePG's instance manager, is out of reach of such a signal and runs
 * on.
 */
import type { Fault } from '../../../faults/contract.ts';
import { armedScript, awaitArmed } from '../../cnpg/armed.ts';
import { type ClusterAt, podAimedAt } from '../../cnpg/faults/at.ts';
import { readyAgain } from '../../cnpg/faults/back.ts';
import { word } from '../../cnpg/faults/fault.ts';
import { postgresContainer } from '../../cnpg/names.ts';

/** Where CloudNativePG keeps the data, should the container's environment not say it. */
const dataFolder = '/var/lib/postgresql/data/pgdata';

/** Kills the process that `postmaster.pid` of the folder `$1` names, where it is one of PostgreSQL. Prints its number once it is gone. */
export const killPostmaster = armedScript({
  setup: `
state() { sed 's/^.*) //' /proc/$1/stat 2>/dev/null | cut -c1; }
postmaster=$(head -n 1 "\${PGDATA:-$1}/postmaster.pid") || exit 1
[ "$(cat /proc/$postmaster/comm)" = postgres ] || { echo "process $postmaster is not postgres" >&2; exit 1; }`,
  action: 'kill -9 $postmaster || exit 1',
  check: `
round=0
while [ $round -lt 100 ]; do
  case "$(state $postmaster)" in ''|Z) echo $postmaster; exit 0;; esac
  round=$((round + 1)); sleep 0.02
done
exit 1`,
});

export const restart: Fault<ClusterAt> = {
  async prepare(at, target) {
    const { name, namespace = at.site.namespace } = (await podAimedAt(at, target)).metadata;
    const command = ['sh', '-c', killPostmaster, 'sh', dataFolder];
    const armed = await awaitArmed(
      await at.kube.converse(namespace, name, postgresContainer, command),
      `in pod ${name}`,
    );
    return {
      how: { pod: name },
      breakIt: () => armed.fire(),
      prove: async () => `the postmaster of ${name} (process ${await armed.checked()} of its pod) is gone`,
    };
  },
  heal: (at, how) => readyAgain(at, word(how, 'pod')),
};

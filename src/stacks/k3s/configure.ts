/** Changes settings of a running stack: PgBouncer and PostgreSQL reload them, the operator reads them again each time. */
import type { Topology } from '../../scenario/topology.ts';
import { until } from '../../wait.ts';
import { applyAll } from '../cnpg/api/apply.ts';
import { type Facts, readFacts } from '../cnpg/facts.ts';
import { type Cluster, clusterKind, refTo } from '../cnpg/objects.ts';
import type { K3s } from './cluster.ts';
import { connectInstance, currentPrimary } from './connect.ts';

const inForceWithinMs = 120_000;

/**
 * Applies the Cluster and the Pooler with these settings, and waits until every pooler and the primary report them.
 * @returns what is in force then @throws UsageError for a setting that there is not; SetupError where one is not in force in time
 */
export async function configure(k3s: K3s, settings: Topology['settings']): Promise<Facts> {
  const topology = { ...k3s.topology, settings };
  const { site } = k3s.installation;
  const cluster = await k3s.kube.read<Cluster>(refTo(clusterKind, site.cluster, site.namespace));
  const changed = await k3s.installation.reconfigured(topology, k3s.kube, cluster);
  await applyAll(k3s.kube, changed, new AbortController().signal);
  const planned = k3s.installation.planned(topology);
  let lacking = 'nothing was read yet';
  return until(
    async () => {
      const facts = await readAll(k3s).catch((error: Error) => void (lacking = error.message));
      if (!facts) return undefined;
      const different = facts.map((one) => notInForce(planned, one.settings)).find(Boolean);
      if (different) lacking = different;
      return different ? undefined : facts[0];
    },
    { withinMs: inForceWithinMs, everyMs: 500, what: 'the settings to be in force', why: () => lacking },
  );
}

/** The facts as each pooler has them; never none. */
async function readAll(k3s: K3s): Promise<Facts[]> {
  const { kube, poolers, installation } = k3s;
  const primary = await connectInstance(k3s, await currentPrimary(k3s), installation.site.database);
  const read = (pooler: string) => readFacts(kube, installation.site, primary, poolers.podOf(pooler));
  return Promise.all(poolers.names.map(read)).finally(() => primary.end());
}

/** The first setting that is another than planned, with both values; undefined where all are in force. */
export function notInForce(
  planned: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): string | undefined {
  // Its value names the instances, which a plan cannot.
  const differs = ([name, value]: [string, string]) =>
    name !== 'postgresql.synchronous_standby_names' && found[name] !== value;
  const [name, value] = Object.entries(planned).find(differs) ?? [];
  return name && `${name} should be ${value}, but is ${found[name] ?? 'not reported'}`;
}

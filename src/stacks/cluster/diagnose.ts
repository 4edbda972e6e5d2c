/** Logs and state of a cluster for a run's folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiMessage } from '../cnpg/api/kube.ts';
import type { ClusterAt } from '../cnpg/faults/at.ts';
import { labels } from '../cnpg/names.ts';
import { clusterKind, type KubeObject, type Pod, type Pooler, podKind, poolerKind, refTo } from '../cnpg/objects.ts';
import { eventsText, objectsText } from '../cnpg/observe/diagnose.ts';

const tailLines = 2_000;

/** Writes what can be had into `<folder>/cluster`; what cannot is said in the file that it would have been. No Secret is read. */
export async function diagnose({ kube, site }: ClusterAt, folder: string): Promise<void> {
  const { namespace } = site;
  const to = join(folder, 'cluster');
  await mkdir(to, { recursive: true });
  const write = async (name: string, read: () => Promise<string>) =>
    writeFile(join(to, name), await read().catch((error: unknown) => `not available: ${apiMessage(error)}\n`));
  const ours = async () => (await kube.list<Pod>(podKind, namespace)).filter((pod) => belongs(pod, site.cluster));
  await write('objects.yaml', async () => {
    // Of others in this namespace nothing is read: it is none of the drill's business.
    const own = await kube.read<KubeObject>(refTo(clusterKind, site.cluster, namespace));
    const poolers = (await kube.list<Pooler>(poolerKind, namespace)).filter(
      ({ spec }) => spec.cluster.name === site.cluster,
    );
    return objectsText([...(own ? [own] : []), ...poolers, ...(await ours())]);
  });
  await write('events.txt', () => eventsText(kube, namespace));
  for (const { metadata, spec } of await ours().catch(() => []))
    for (const { name } of spec.containers)
      await write(`${metadata.name}-${name}.log`, () => kube.log(namespace, metadata.name, name, tailLines));
}

const belongs = ({ metadata }: Pod, cluster: string): boolean =>
  metadata.labels?.[labels.cluster] === cluster || metadata.labels?.[labels.pooler] !== undefined;

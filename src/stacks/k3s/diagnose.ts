/** Logs and state of a k3s stack for a run's folder, also of one that did not come up. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiMessage, type Kube } from '../cnpg/api/kube.ts';
import type { DrillSite } from '../cnpg/names.ts';
import { clusterKind, type KubeObject, type Pod, podKind, poolerKind } from '../cnpg/objects.ts';
import { eventsText, objectsText } from '../cnpg/observe/diagnose.ts';
import { containersOf, docker } from './docker.ts';
import type { NodeLog } from './node-log.ts';

const tailLines = 2_000;

export interface Diagnosed {
  readonly stackId: string;
  readonly site: DrillSite;
  /** Absent where no API answered yet. */
  readonly kube?: Kube | undefined;
  /** Logs that this process collected. A node that did not come up has no container left to ask. */
  readonly logs?: ReadonlyMap<string, NodeLog>;
}

/**
 * Writes logs and state into `<folder>/k3s`. A file whose content cannot be read holds the reason instead.
 * @returns that folder
 */
export async function diagnose({ stackId, site, kube, logs }: Diagnosed, folder: string): Promise<string> {
  const to = join(folder, 'k3s');
  await mkdir(to, { recursive: true });
  const write = async (name: string, read: () => Promise<string>) =>
    writeFile(join(to, name), await read().catch((error: Error) => `could not be read: ${apiMessage(error)}\n`));
  for (const [node, log] of logs ?? []) await write(`node-${node}.log`, async () => `${log.text}\n`);
  // Docker's copy goes on after the start. A container whose log cannot be read leaves the collected one in place.
  for (const { id, node } of await containersOf(stackId)) {
    const log = nodeLog(id);
    if (!logs?.has(node ?? '') || (await log.catch(() => ''))) await write(`node-${node}.log`, () => log);
  }
  if (!kube) return to;
  const { namespace, operatorNamespace } = site;
  await write('objects.yaml', () => objects(kube, namespace));
  await write('events.txt', () => eventsText(kube, namespace));
  for (const area of [namespace, operatorNamespace]) {
    const pods = await kube.list<Pod>(podKind, area).catch(() => []);
    for (const pod of pods)
      for (const { name } of pod.spec.containers)
        await write(`${pod.metadata.name}-${name}.log`, () => kube.log(area, pod.metadata.name, name, tailLines));
  }
  return to;
}

async function nodeLog(id: string): Promise<string> {
  const { container } = await docker();
  const log = await container.getById(id).logs({ stdout: true, stderr: true, tail: tailLines });
  return log.toString('utf8');
}

async function objects(kube: Kube, namespace: string): Promise<string> {
  const kinds = [clusterKind, poolerKind, podKind];
  const lists = await Promise.all(kinds.map((kind) => kube.list<KubeObject>(kind, namespace)));
  return objectsText(lists.flat());
}

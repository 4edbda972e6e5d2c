/** Logs and state of a k3s stack for a run's folder, also of one that did not come up. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiMessage, type Kube } from '../cnpg/api/kube.ts';
import { namespace, operatorNamespace } from '../cnpg/names.ts';
import { clusterKind, type KubeObject, type Pod, podKind, poolerKind } from '../cnpg/objects.ts';
import { eventsText, objectsText } from '../cnpg/observe/diagnose.ts';
import { containersOf, docker } from './docker.ts';

const tailLines = 2_000;

/**
 * Writes what can be had into `<folder>/k3s`; what cannot is said in the file that it would have been.
 * @returns that folder
 */
export async function diagnose(stackId: string, kube: Kube | undefined, folder: string): Promise<string> {
  const to = join(folder, 'k3s');
  await mkdir(to, { recursive: true });
  const write = async (name: string, read: () => Promise<string>) =>
    writeFile(join(to, name), await read().catch((error: Error) => `could not be had: ${apiMessage(error)}\n`));
  for (const { id, node } of await containersOf(stackId)) await write(`node-${node}.log`, () => nodeLog(id));
  if (!kube) return to;
  await write('objects.yaml', () => objects(kube));
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

async function objects(kube: Kube): Promise<string> {
  const kinds = [clusterKind, poolerKind, podKind];
  const lists = await Promise.all(kinds.map((kind) => kube.list<KubeObject>(kind, namespace)));
  return objectsText(lists.flat());
}

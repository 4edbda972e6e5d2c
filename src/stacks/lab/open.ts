/** From nothing to a lab that serves clients. */

import { SetupError } from '../../errors.ts';
import { makeBucket } from '../../object-store/make-bucket.ts';
import { hideSecrets } from '../../secrets.ts';
import type { OpenOptions } from '../stack.ts';
import { objectStore } from './backup/store.ts';
import { clusterConfig } from './config/patroni.ts';
import { announceLab, layOutLab, removeLab, startHosts } from './create.ts';
import { diagnose } from './diagnose.ts';
import { readFacts } from './facts.ts';
import type { Lab } from './lab.ts';
import { OpenLab } from './open-lab.ts';
import { planHosts } from './plan.ts';
import { clusterReady, pathsReady, seedEtcd } from './ready.ts';
import { preparedParts } from './root/rootfs.ts';
import { readTemplate, type Template } from './root/template.ts';
import { chooseSettings } from './settings.ts';
import { together } from './together.ts';
import { whyUnavailable } from './unavailable.ts';

/** Opens a lab; whatever fails or is aborted on the way, nothing is left. */
export async function openLab({ topology, folder, signal, progress, keep = false }: OpenOptions): Promise<OpenLab> {
  const why = await whyUnavailable();
  if (why) throw new SetupError(why);
  const chosen = chooseSettings(topology);
  const parts = preparedParts();
  const template = await readTemplate(parts.template);
  hideSecrets(Object.values(template.secrets));
  signal.throwIfAborted();
  const state = await announceLab((network) => planHosts(topology, network), parts, keep);
  const lab: Lab = { state, topology, chosen, secrets: template.secrets };
  try {
    const leader = await bringUp(lab, template, signal, progress);
    return new OpenLab(lab, await readFacts(lab, leader), keep);
  } catch (error) {
    // Before they go with the lab.
    const to = signal.aborted ? undefined : await diagnose(state, folder).catch(() => undefined);
    progress('taking down what was started');
    await removeLab(state.id);
    throw to && error instanceof SetupError
      ? new SetupError(`${error.message}; the logs of its hosts are in ${to}`, { cause: error })
      : error;
  }
}

/** From nothing to ready. @returns the name of the primary */
async function bringUp(
  lab: Lab,
  template: Template,
  signal: AbortSignal,
  progress: (step: string) => void,
): Promise<string> {
  const { state, topology, chosen } = lab;
  progress(`lab ${state.id}: making ${state.hosts.length} hosts`);
  await layOutLab(lab, template.data, signal);
  progress('starting etcd, HAProxy, PgBouncer and MinIO');
  await startHosts(state, ['etcd', 'haproxy', 'pooler', 'minio'], signal);
  await seedEtcd(lab, clusterConfig(topology, chosen), template.systemId, signal);
  progress(`starting Patroni and PostgreSQL on ${topology.instances} hosts`);
  await startHosts(state, ['postgres'], signal);
  let leader = '';
  await together<void>(signal, [
    async (either) => {
      leader = await serve(lab, either, progress);
    },
    (either) => makeBucket(objectStore(lab), either),
  ]);
  return leader;
}

/** Waits until the cluster is whole and clients are served by every path. @returns the name of the primary */
async function serve(lab: Lab, signal: AbortSignal, progress: (step: string) => void): Promise<string> {
  const leader = await clusterReady(lab, signal);
  progress(`${leader} is the primary; waiting for HAProxy and PgBouncer`);
  await pathsReady(lab, leader, signal);
  return leader;
}

/** What a k3s stack stands up: this tool's own manifests, or a user's. */
import { randomBytes } from 'node:crypto';
import type { Topology } from '../../scenario/topology.ts';
import { hideSecrets } from '../../secrets.ts';
import type { Kube } from '../cnpg/api/kube.ts';
import { byWhatIsOffered } from '../cnpg/backup/by-plugin.ts';
import { drillServices } from '../cnpg/drill-services.ts';
import { plannedSettings } from '../cnpg/facts.ts';
import { readManifests, render } from '../cnpg/manifests.ts';
import { type DrillSite, manifestSite } from '../cnpg/names.ts';
import type { Cluster, KubeObject } from '../cnpg/objects.ts';
import { chooseSettings } from '../cnpg/settings.ts';
import { imageOf } from './images.ts';
import type { Change } from './manifests/change.ts';

/** Objects by when they are applied. */
interface Objects {
  /** Before the nodes are ready: namespace, secrets, object store. */
  readonly first: readonly KubeObject[];
  /** Cluster, Poolers and the ways in. */
  readonly cluster: readonly KubeObject[];
  /** Once the cluster is healthy. */
  readonly last: readonly KubeObject[];
  /** Of the account `pgdrill` of the object store. */
  readonly minioSecret: string;
}

export interface Installation {
  readonly site: DrillSite;
  /** @param images that the nodes import; none where they pull theirs */
  objects(topology: Topology, images: readonly string[]): Promise<Objects>;
  /** The Cluster and the Poolers with the settings of the topology, for a stack that runs. */
  reconfigured(topology: Topology, kube: Kube, running: Cluster | undefined): Promise<readonly KubeObject[]>;
  /** The objects as a cluster with the Barman Cloud plugin backs them up. */
  backedUp(kube: Kube, objects: readonly KubeObject[]): Promise<readonly KubeObject[]>;
  /** Whether WAL is archived where the topology asks for it. */
  readonly archives: boolean;
  /** @throws UsageError where the topology asks for a setting that it cannot have */
  planned(topology: Topology): Readonly<Record<string, string>>;
  /** The topology that the manifests describe, in place of the scenario's. */
  adopt?(topology: Topology): Topology;
  /** Digest of what `reconfigured` does not change; absent for this tool's own, which are always the same. */
  readonly fixed?: string;
  /** What had to be changed in a user's manifests, and their files; absent for this tool's own. */
  readonly users?: { readonly files: readonly string[]; readonly changes: readonly Change[] };
}

/** `fixtures/manifests`, rendered for the topology. */
export const ownInstallation: Installation = {
  site: manifestSite,
  objects: async (topology, images) => {
    const minioSecret = randomBytes(16).toString('hex');
    const all = await readManifests();
    const secrets = all.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => metadata.name);
    const passwords = Object.fromEntries(secrets.map((name) => [name, randomBytes(16).toString('hex')]));
    hideSecrets([minioSecret, ...Object.values(passwords)]);
    const objects = render(all, {
      topology,
      images: { postgres: imageOf('ghcr.io/cloudnative-pg/postgresql', images), minio: imageOf('minio/minio', images) },
      passwords: { ...passwords, 'minio-credentials': minioSecret },
    });
    const core = (object: KubeObject) =>
      object.kind === 'Cluster' || object.kind === 'Pooler' || object.metadata.name === 'postgres-nodeport';
    const after = ({ kind }: KubeObject) => kind === 'Database' || kind === 'ScheduledBackup' || kind === 'PodMonitor';
    return {
      minioSecret,
      first: objects.filter((object) => !core(object) && !after(object)),
      cluster: [...objects.filter(core), ...drillServices(topology, manifestSite)],
      last: objects.filter(after),
    };
  },
  reconfigured: async (topology, kube, running) => {
    const images = { postgres: running?.spec.imageName as string | undefined };
    const objects = render(await readManifests(), { topology, images, passwords: {} });
    const changed = objects.filter(({ kind }) => kind === 'Cluster' || kind === 'Pooler');
    return running?.spec.plugins ? byWhatIsOffered(kube, changed) : changed;
  },
  archives: true,
  backedUp: byWhatIsOffered,
  planned: (topology) => plannedSettings(chooseSettings(topology), topology.durability),
};

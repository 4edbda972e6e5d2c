/** A user's manifests as an installation of the k3s stack. */
import { createHash, randomBytes } from 'node:crypto';
import type { Topology } from '../../../scenario/topology.ts';
import { hideSecrets } from '../../../secrets.ts';
import { directService, drillServices } from '../../cnpg/drill-services.ts';
import { plannedSettings } from '../../cnpg/facts.ts';
import { readManifests, render } from '../../cnpg/manifests.ts';
import { type DrillSite, operatorNamespace } from '../../cnpg/names.ts';
import type { Cluster, KubeObject, Pooler } from '../../cnpg/objects.ts';
import { askedSettings } from '../../cnpg/settings.ts';
import { topologyOf } from '../../cnpg/topology.ts';
import { imageOf } from '../images.ts';
import type { Installation } from '../installation.ts';
import type { Fitted } from './fit.ts';
import { settingsIn, withSettings } from './settings.ts';

/** @param files as the user named them */
export function usersInstallation(fitted: Fitted, files: readonly string[]): Installation {
  const { mine, changes, archives } = fitted;
  const site: DrillSite = {
    ...{ namespace: mine.namespace, cluster: mine.name, operatorNamespace },
    ...{ pooler: mine.pooler.object.metadata.name, database: mine.database, user: mine.owner },
    userSecret: mine.ownerSecret,
  };
  const asked = (topology: Topology) => withSettings(fitted.cluster, askedSettings(topology.settings));
  return {
    site,
    archives,
    fixed: fixedPart(fitted),
    users: { files, changes },
    objects: async (topology, images) => {
      const minioSecret = randomBytes(16).toString('hex');
      hideSecrets([minioSecret]);
      return {
        minioSecret,
        first: [
          ...namespaceOf(site, fitted.before),
          ...fitted.before,
          ...(await objectStore(site, images, minioSecret, topology)),
        ],
        cluster: [...asked(topology), directService(site), ...drillServices(topology, site)],
        last: fitted.after,
      };
    },
    reconfigured: async (topology) => asked(topology),
    backedUp: async (_, objects) => objects,
    planned: (topology) => {
      const objects = asked(topology);
      const { durability } = topologyOf(...clusterAndPooler(objects));
      return plannedSettings(settingsIn(objects), durability);
    },
    adopt: (topology) => ({
      ...topology,
      ...topologyOf(...clusterAndPooler(asked(topology))),
      archiving: archives,
      settings: topology.settings,
    }),
  };
}

/** Fields of a Cluster that a running one does not take, or only by building its instances again. */
const fixedFields = ['instances', 'imageName', 'storage', 'walStorage', 'bootstrap', 'backup', 'plugins', 'managed'];

/** Of all that applying the Cluster and the Pooler again does not change. Passwords are generated, so they do not count. */
function fixedPart({ before, cluster, after }: Fitted): string {
  const withoutData = ({ kind, metadata, ...rest }: KubeObject) =>
    kind === 'Secret' ? { kind, metadata } : { kind, metadata, ...rest };
  const fixed = cluster.map(({ kind, metadata, ...rest }) => {
    const { spec = {} } = rest as { readonly spec?: Readonly<Record<string, unknown>> };
    return { kind, name: metadata.name, fields: kind === 'Cluster' ? fixedFields.map((name) => spec[name]) : [] };
  });
  const text = JSON.stringify([before.map(withoutData), fixed, after]);
  return createHash('sha256').update(text).digest('hex');
}

const clusterAndPooler = (objects: readonly KubeObject[]): [Cluster, readonly Pooler[]] => [
  objects.find(({ kind }) => kind === 'Cluster') as Cluster,
  objects.filter(({ kind }) => kind === 'Pooler') as Pooler[],
];

function namespaceOf({ namespace: name }: DrillSite, objects: readonly KubeObject[]): KubeObject[] {
  const known =
    name === 'default' || objects.some(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name);
  return known ? [] : [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }];
}

/** The object store of this tool's own manifests, beside the user's Cluster. */
async function objectStore(
  { namespace }: DrillSite,
  images: readonly string[],
  secret: string,
  topology: Topology,
): Promise<KubeObject[]> {
  const own = (await readManifests()).filter(
    ({ metadata: { name } }) => name === 'minio' || name === 'minio-credentials',
  );
  const minio = imageOf('minio/minio', images);
  return render(own, { topology, images: { minio }, passwords: { 'minio-credentials': secret } }).map((object) => ({
    ...object,
    metadata: { ...object.metadata, namespace },
  }));
}

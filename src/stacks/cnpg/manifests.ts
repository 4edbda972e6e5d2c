/** The manifests of fixtures/manifests, as a topology asks for them. Pure but for reading the files. */
import { readdir, readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { SetupError } from '../../errors.ts';
import type { Topology } from '../../scenario/topology.ts';
import type { KubeObject } from './objects.ts';
import { type Chosen, chooseSettings } from './settings.ts';

interface Images {
  readonly postgres?: string | undefined;
  readonly minio?: string | undefined;
}
export interface Rendering {
  readonly topology: Topology;
  /** Images that take the place of the manifests' own, where nothing can be pulled. */
  readonly images: Images;
  /** A password a secret, by the secret's name. */
  readonly passwords: Readonly<Record<string, string>>;
}

const folder = new URL('../../../fixtures/manifests/', import.meta.url);

/** All objects of the folder's own files, in the order of their names. */
export async function readManifests(from: URL = folder): Promise<KubeObject[]> {
  const names = (await readdir(from)).filter((name) => name.endsWith('.yaml')).sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, from), 'utf8')));
  return texts.flatMap((text, i) => parseObjects(text, names[i]!));
}

/** @throws SetupError where it is not YAML of Kubernetes objects */
export function parseObjects(text: string, source: string): KubeObject[] {
  const documents = parseAllDocuments(text);
  const error = documents.flatMap(({ errors }) => errors)[0];
  if (error)
    throw new SetupError(`${source} should hold Kubernetes objects, but is not YAML: ${error.message.split('\n')[0]}`);
  const objects = documents.map((document) => document.toJS() as KubeObject | null).filter((object) => object !== null);
  for (const object of objects)
    if (!object.kind || !object.apiVersion || !object.metadata?.name)
      throw new SetupError(`${source} should hold Kubernetes objects, but one has no apiVersion, kind or name`);
  return objects;
}

/** The manifests with the topology, images and passwords in them. */
export function render(objects: readonly KubeObject[], rendering: Rendering): KubeObject[] {
  const chosen = chooseSettings(rendering.topology);
  return objects.map((object) => {
    const copy = structuredClone(object) as Mutable;
    if (copy.kind === 'Cluster') renderCluster(copy, rendering, chosen);
    if (copy.kind === 'Pooler') renderPooler(copy, rendering.topology, chosen);
    if (copy.kind === 'Secret') renderSecret(copy, rendering.passwords);
    if (copy.kind === 'Deployment') renderDeployment(copy, rendering.images);
    return copy as unknown as KubeObject;
  });
}

/** An object while it is changed: whatever its kind has. */
// biome-ignore lint/suspicious/noExplicitAny: manifests are data of many kinds, checked by the API server
type Mutable = any;

function renderCluster(cluster: Mutable, { topology, images }: Rendering, chosen: Chosen): void {
  const { spec } = cluster;
  spec.instances = topology.instances;
  if (images.postgres) spec.imageName = images.postgres;
  Object.assign(spec.postgresql.parameters, inSeconds(chosen.postgresql));
  if (topology.durability === 'asynchronous') delete spec.postgresql.synchronous;
  else {
    const { method = 'any', failoverQuorum } = chosen.synchronous;
    const guard = failoverQuorum !== undefined && { failoverQuorum: failoverQuorum === 'on' };
    spec.postgresql.synchronous = { method, number: 1, dataDurability: topology.durability, ...guard };
  }
  Object.assign(spec, numbers(chosen.cluster));
  if (Object.keys(chosen.lease).length > 0) spec.primaryLease = numbers(chosen.lease);
  if (Object.keys(chosen.monitoring).length > 0)
    spec.monitoring = { ...spec.monitoring, ...inSeconds(chosen.monitoring) };
}

function renderPooler(pooler: Mutable, { pooler: { instances, poolSize } }: Topology, chosen: Chosen): void {
  const { spec } = pooler;
  const { pool_mode: poolMode, ...parameters } = chosen.pgbouncer;
  spec.instances = instances;
  spec.pgbouncer.poolMode = poolMode;
  spec.pgbouncer.parameters = {
    ...spec.pgbouncer.parameters,
    default_pool_size: String(poolSize),
    ...parameters,
  };
  spec.template = onServer({ metadata: {}, spec: { containers: [] } });
}

function renderSecret(secret: Mutable, passwords: Rendering['passwords']): void {
  const password = passwords[secret.metadata.name];
  if (password !== undefined)
    secret.stringData['secret-key' in secret.stringData ? 'secret-key' : 'password'] = password;
}

function renderDeployment(deployment: Mutable, { minio }: Images): void {
  onServer(deployment.spec.template);
  for (const container of deployment.spec.template.spec.containers)
    if (minio && container.image.startsWith('minio/minio:')) container.image = minio;
}

/** The operator's manifest with its pods on the server, where no fault of an instance's node reaches them. */
export function placeOperator(objects: readonly KubeObject[]): KubeObject[] {
  return objects.map((object) => {
    if (object.kind !== 'Deployment') return object;
    const copy = structuredClone(object) as Mutable;
    onServer(copy.spec.template);
    // Its tag is pinned; `Always`, as released, asks a registry even for an image that the node has.
    for (const container of copy.spec.template.spec.containers) container.imagePullPolicy = 'IfNotPresent';
    return copy as KubeObject;
  });
}

const serverLabel = 'node-role.kubernetes.io/control-plane';

/** Puts pods on the server node, whose taint keeps instances away. */
function onServer(template: Mutable): Mutable {
  template.spec.nodeSelector = { ...template.spec.nodeSelector, [serverLabel]: 'true' };
  template.spec.tolerations = [
    ...(template.spec.tolerations ?? []),
    { key: serverLabel, operator: 'Exists', effect: 'NoSchedule' },
  ];
  return template;
}

/** PostgreSQL takes these without a unit for milliseconds, and the API takes no duration without one. */
const inSeconds = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, `${value}s`]));

const numbers = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value)]));

/** An API server for tests: a few kinds of objects by their paths, over HTTP, as the real one answers. Exec and watches it has not. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { Kube } from '../cnpg/api/kube.ts';
import type { ClusterAt } from '../cnpg/faults/at.ts';
import type { KubeObject } from '../cnpg/objects.ts';
import { managedAfter } from './test-managed-fields.ts';

const groups: Readonly<Record<string, readonly [plural: string, kind: string][]>> = {
  '/api/v1': [
    ['pods', 'Pod'],
    ['services', 'Service'],
    ['secrets', 'Secret'],
    ['serviceaccounts', 'ServiceAccount'],
    ['events', 'Event'],
    ['namespaces', 'Namespace'],
    ['nodes', 'Node'],
    ['persistentvolumes', 'PersistentVolume'],
    ['persistentvolumeclaims', 'PersistentVolumeClaim'],
  ],
  '/apis/postgresql.cnpg.io/v1': [
    ['clusters', 'Cluster'],
    ['poolers', 'Pooler'],
    ['backups', 'Backup'],
  ],
  '/apis/barmancloud.cnpg.io/v1': [['objectstores', 'ObjectStore']],
  '/apis/coordination.k8s.io/v1': [['leases', 'Lease']],
  '/apis/apps/v1': [['deployments', 'Deployment']],
  '/apis/batch/v1': [['jobs', 'Job']],
  '/apis/storage.k8s.io/v1': [['storageclasses', 'StorageClass']],
  '/apis/networking.k8s.io/v1': [['networkpolicies', 'NetworkPolicy']],
  '/apis/rbac.authorization.k8s.io/v1': [['rolebindings', 'RoleBinding']],
  '/apis/discovery.k8s.io/v1': [['endpointslices', 'EndpointSlice']],
  '/apis/chaos-mesh.org/v1alpha1': [
    ['podchaos', 'PodChaos'],
    ['networkchaos', 'NetworkChaos'],
    ['iochaos', 'IOChaos'],
    ['stresschaos', 'StressChaos'],
    ['timechaos', 'TimeChaos'],
  ],
  '/apis/authorization.k8s.io/v1': [['selfsubjectaccessreviews', 'SelfSubjectAccessReview']],
  '/apis/authentication.k8s.io/v1': [['selfsubjectreviews', 'SelfSubjectReview']],
};

const unscoped: ReadonlySet<string> = new Set([
  ...['SelfSubjectAccessReview', 'SelfSubjectReview', 'Namespace', 'Node', 'PersistentVolume', 'StorageClass'],
]);

type Stored = KubeObject & { metadata: { uid?: string } };

export class TestApi implements AsyncDisposable {
  /** The kinds that it serves, by the path of their API; a test takes away what the cluster is not to have. */
  readonly groups = new Map(Object.entries(groups));
  /** By their paths. */
  readonly objects = new Map<string, Stored>();
  /** Requests whose `METHOD path` matches are answered 403, with this message. */
  forbidden: RegExp | undefined;
  /** As `forbidden`, for a rule that a pattern cannot say. */
  refuses: ((method: string, path: string, query: string) => boolean) | undefined;
  /** Rights that a SelfSubjectAccessReview denies, as `verb resource`. */
  denied = new Set<string>();
  /** Who the requests are from, by a SelfSubjectReview, and the token that they carry. */
  username = 'ada@cluster';
  token: string | undefined;
  readonly requests: string[] = [];
  /** What came after the `?` of each. */
  readonly queries: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#answer(request, response));
    // Exec is asked for by an upgrade, which is noted and refused.
    server.on('upgrade', (request, socket) => {
      const url = new URL(request.url!, 'http://api');
      this.#note(request.method!, url);
      socket.end('HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n');
    });
  }

  static async start(): Promise<TestApi> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TestApi(server);
  }

  /** The Cluster `pg` in the namespace `db` by this API. */
  at(): ClusterAt {
    const config = new KubeConfig();
    const server = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    config.loadFromClusterAndUser(
      { name: 'c', server, skipTLSVerify: true },
      { name: 'u', ...(this.token && { token: this.token }) },
    );
    return { kube: new Kube(config), site: { namespace: 'db', cluster: 'pg', operatorNamespace: 'cnpg-system' } };
  }

  /** Puts an object there. */
  add(path: string, object: Partial<KubeObject>): void {
    const metadata = { name: path.split('/').at(-1)!, namespace: 'db', uid: randomUUID(), ...object.metadata };
    this.objects.set(path, { apiVersion: 'v1', kind: 'Thing', ...object, metadata } as Stored);
  }

  /** Stops answering, as a server that is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const url = new URL(request.url!, 'http://api');
    const path = url.pathname;
    const what = `${request.method} ${path}`;
    this.#note(request.method!, url);
    const [status, body] =
      this.forbidden?.test(what) || this.refuses?.(request.method!, path, url.search)
        ? [403, { message: `${what} is forbidden` }]
        : this.#handle(request.method!, url, text === '' ? undefined : JSON.parse(text));
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status < 300 ? body : { kind: 'Status', code: status, ...body }));
  }

  #note(method: string, { pathname, search }: URL): void {
    this.requests.push(`${method} ${pathname}`);
    this.queries.push(search);
  }

  #handle(method: string, { pathname: path, searchParams }: URL, body: Stored | undefined): [number, object] {
    if (path === '/version') return [200, { major: '1', minor: '34+' }];
    if (path === '/apis') return [200, { groups: this.#served() }];
    const kinds = this.groups.get(path);
    if (kinds)
      return [
        200,
        {
          resources: kinds.map(([name, kind]) => ({
            name,
            kind,
            namespaced: !unscoped.has(kind),
            verbs: [],
          })),
        },
      ];
    if (path.endsWith('/selfsubjectaccessreviews')) return [201, this.#review(body!)];
    if (path.endsWith('/selfsubjectreviews')) return [201, { status: { userInfo: { username: this.username } } }];
    const there = this.objects.get(path.replace(/\/(status|scale)$/, ''));
    if (method === 'POST') return this.#create(path, body!, searchParams.has('dryRun'));
    if (method === 'GET' && /\/(namespaces(\/[^/]+\/[^/]+)?|persistentvolumes|storageclasses)$/.test(path))
      return [200, { items: this.#list(path, searchParams.get('labelSelector') ?? '') }];
    if (!there) return [404, { message: `${path} not found` }];
    if (method === 'DELETE') return [200, this.#delete(path, there)];
    if (method !== 'PATCH') return [200, there];
    const uid = (body as Partial<Stored> | undefined)?.metadata?.uid;
    if (uid !== undefined && uid !== there.metadata.uid) return [409, { message: 'Precondition failed: UID' }];
    const merged = merge(there, body!) as Stored;
    // Of these alone a drill asks who set what.
    if (path.includes('/poolers/'))
      note(merged, managedAfter(managedOf(there), searchParams.get('fieldManager')!, there, body!));
    this.objects.set(path.replace(/\/(status|scale)$/, ''), merged);
    if (merged.metadata.deletionTimestamp) this.#delete(path, merged);
    return [200, merged];
  }

  #served(): object[] {
    const found = [...this.groups.keys()].filter((path) => path.startsWith('/apis/'));
    return found.map((path) => ({ versions: [{ groupVersion: path.replace('/apis/', '') }] }));
  }

  /** One with finalizers goes only when the last of them is taken off. */
  #delete(path: string, there: Stored): Stored {
    const { finalizers = [] } = there.metadata as { finalizers?: readonly string[] };
    const metadata = { ...there.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    if (finalizers.length === 0) this.objects.delete(path);
    else this.objects.set(path, { ...there, metadata });
    return { ...there, metadata };
  }

  /** @param selector `label=value`, or `label` for any value, joined by commas */
  #list(path: string, selector: string): object[] {
    const wanted = selector
      .split(',')
      .filter(Boolean)
      .map((word) => word.split('=') as [string, string?]);
    const matches = ({ metadata: { labels = {} } }: Stored) =>
      wanted.every(([key, value]) => key in labels && (value === undefined || labels[key] === value));
    return [...this.objects]
      .filter(([one, object]) => one.startsWith(`${path}/`) && !one.includes('/', path.length + 1) && matches(object))
      .map(([, object]) => object);
  }

  #create(folder: string, body: Stored, dryRun: boolean): [number, object] {
    const path = `${folder}/${body.metadata.name}`;
    if (this.objects.has(path)) return [409, { message: `${path} already exists` }];
    if (!dryRun) this.add(path, body);
    return [201, this.objects.get(path) ?? body];
  }

  #review({ spec }: Stored): object {
    const { resource, subresource, verb } = (spec as { resourceAttributes: Record<string, string> }).resourceAttributes;
    const word = `${verb} ${resource}${subresource ? `/${subresource}` : ''}`;
    return { status: { allowed: !this.denied.has(word) } };
  }
}

type Noted = Stored & { metadata: { managedFields?: ReturnType<typeof managedAfter> } };
const managedOf = ({ metadata }: Noted) => metadata.managedFields ?? [];
const note = (object: Noted, managedFields: ReturnType<typeof managedAfter>): void => {
  object.metadata = { ...object.metadata, managedFields };
};

/** JSON merge patch (RFC 7386). */
function merge(to: unknown, change: unknown): unknown {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) return change;
  const result = { ...(to as Record<string, unknown>) };
  for (const [key, value] of Object.entries(change))
    if (value === null) delete result[key];
    else result[key] = merge(result[key] ?? {}, value);
  return result;
}

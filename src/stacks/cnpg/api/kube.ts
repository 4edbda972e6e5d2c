/** The few things that are asked of a Kubernetes API, over `@kubernetes/client-node`. */
import { Duplex, PassThrough } from 'node:stream';
import { ApiException, Exec, KubeConfig, type V1Status, Watch } from '@kubernetes/client-node';
import { log } from '../../../log/log.ts';
import type { Conversation } from '../conversation.ts';
import type { KubeObject, Ref } from '../objects.ts';
import { Rest, RestError } from './rest.ts';
import type { WatchTransport } from './watch.ts';

/** Who owns the fields that pgdrill sets by server-side apply. */
const fieldManager = 'pgdrill';
/** Prometheus' own timeout is 10 s; an exporter that takes longer than this describes another time. */
const scrapeWithinMs = 5_000;

type Subresource = 'status' | 'scale';

export class Kube {
  readonly config: KubeConfig;
  readonly #rest: Rest;

  constructor(config: KubeConfig) {
    this.config = config;
    this.#rest = new Rest(config);
  }

  /** @param text a kubeconfig, as YAML */
  static fromText(text: string): Kube {
    const config = new KubeConfig();
    config.loadFromString(text);
    return new Kube(config);
  }

  /** Server-side apply: creates the object, or makes its fields those given. */
  async apply(object: KubeObject): Promise<void> {
    const path = await this.#rest.pathOf(object);
    await this.#rest.send(
      'PATCH',
      `${path}?fieldManager=${fieldManager}&force=true`,
      object,
      'application/apply-patch+yaml',
    );
  }

  /**
   * Creates an object.
   * @param dryRun the API does all but to keep it: admission says whether it would be let in
   * @throws RestError with status 409 where it exists already
   */
  async create<T extends KubeObject>(object: KubeObject, { dryRun = false } = {}): Promise<T> {
    const all = await this.#rest.pathOf({ ...object, metadata: { ...object.metadata, name: '' } });
    return (await this.#rest.send(
      'POST',
      `${all}?fieldManager=${fieldManager}${dryRun ? '&dryRun=All' : ''}`,
      object,
    )) as T;
  }

  /** Undefined where there is no such object. */
  async read<T extends KubeObject>(ref: Ref): Promise<T | undefined> {
    return unless404(this.#get<T>(await this.#rest.pathOf(ref)));
  }

  async list<T extends KubeObject>(
    { apiVersion, kind }: Pick<Ref, 'apiVersion' | 'kind'>,
    namespace?: string,
    labels?: string,
  ): Promise<T[]> {
    const path = await this.#rest.pathOf({ apiVersion, kind, metadata: { name: '', ...(namespace && { namespace }) } });
    const query = labels === undefined ? '' : `?labelSelector=${encodeURIComponent(labels)}`;
    return (await this.#get<{ items: T[] }>(path + query)).items;
  }

  /** JSON merge patch of an object, or of a subresource of it. */
  async patch(ref: Ref, change: Record<string, unknown>, subresource?: Subresource): Promise<void> {
    await this.patched(ref, change, subresource);
  }

  /** The same. @returns what the object is now */
  async patched(ref: Ref, change: Record<string, unknown>, subresource?: Subresource): Promise<KubeObject> {
    const path = await this.#rest.pathOf(ref);
    const to = `${subresource ? `${path}/${subresource}` : path}?fieldManager=${fieldManager}`;
    return (await this.#rest.send('PATCH', to, change, 'application/merge-patch+json')) as KubeObject;
  }

  /**
   * Deletes an object; what it owns goes with it, also the pods of a Job, which would stay by default.
   * @param graceSeconds of a pod: how long it may take to stop; absent: what the pod says
   */
  async delete(ref: Ref, graceSeconds?: number): Promise<void> {
    const grace = graceSeconds === undefined ? '' : `&gracePeriodSeconds=${graceSeconds}`;
    const path = await this.#rest.pathOf(ref);
    await unless404(this.#rest.send('DELETE', `${path}?propagationPolicy=Background${grace}`));
  }

  /** Asks a pod to leave its node. @returns false where a disruption budget does not allow it yet */
  async evict(pod: Ref): Promise<boolean> {
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: pod.metadata };
    try {
      await unless404(this.#rest.send('POST', `${await this.#rest.pathOf(pod)}/eviction`, eviction));
      return true;
    } catch (error) {
      if (apiStatus(error) === 429) return false;
      throw error;
    }
  }

  /** Of the API server, as it says it. */
  version(): Promise<{ readonly major: string; readonly minor: string }> {
    return this.#get('/version');
  }

  /** The versions of the APIs that the cluster serves beside the core: `postgresql.cnpg.io/v1`. */
  async groupVersions(): Promise<string[]> {
    const { groups } = await this.#get<{ groups: { versions: { groupVersion: string }[] }[] }>('/apis');
    return groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion));
  }

  async #get<T>(path: string): Promise<T> {
    return (await this.#rest.send('GET', path)) as T;
  }

  /** The log of one container, its last `tailLines` lines. */
  async log(namespace: string, pod: string, container: string, tailLines: number): Promise<string> {
    let text = '';
    for await (const chunk of await this.#openLog(namespace, pod, { container, tailLines: String(tailLines) }))
      text += chunk;
    return text;
  }

  /** Follows the log of one container from a second ago, each line with its time. Resolves when the stream ends. */
  async followLog(
    namespace: string,
    pod: string,
    container: string,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const query = { container, follow: 'true', sinceSeconds: '1', timestamps: 'true' };
    let rest = '';
    for await (const chunk of await this.#openLog(namespace, pod, query, signal)) {
      const parts = (rest + String(chunk)).split('\n');
      rest = parts.pop()!;
      for (const line of parts) onLine(line);
    }
  }

  /** What the exporter of a pod says, fetched through the API's proxy to pods. */
  async scrape(namespace: string, pod: string, port: number, signal: AbortSignal): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy/metrics`;
    const within = AbortSignal.any([signal, AbortSignal.timeout(scrapeWithinMs)]);
    let text = '';
    for await (const chunk of (await this.#rest.open('GET', path, { signal: within })).setEncoding('utf8'))
      text += chunk;
    return text;
  }

  async #openLog(namespace: string, pod: string, query: Record<string, string>, signal?: AbortSignal) {
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log?${new URLSearchParams(query)}`;
    return (await this.#rest.open('GET', path, signal ? { signal } : {})).setEncoding('utf8');
  }

  /** Runs a command in a container, its standard input and output as one stream. */
  async stream(namespace: string, pod: string, container: string, command: string[]): Promise<Duplex> {
    log.debug('command in pod', { namespace, pod, container, argv: command });
    const input = new PassThrough();
    const output = new PassThrough();
    const socket = await new Exec(this.config).exec(
      namespace,
      pod,
      container,
      command,
      output,
      null,
      input,
      false,
      () => output.end(),
    );
    socket.on('close', () => output.end());
    const duplex = Duplex.from({ readable: output, writable: input });
    duplex.on('close', () => socket.close());
    return duplex;
  }

  /** Runs a command in a container that is talked with. @throws Error where it cannot be started */
  async converse(namespace: string, pod: string, container: string, command: string[]): Promise<Conversation> {
    log.debug('command in pod', { namespace, pod, container, argv: command });
    const [input, out, err] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const ended = Promise.withResolvers<number | undefined>();
    // The status comes after all that the command wrote.
    const finish = (code: number | undefined) => {
      for (const stream of [out, err]) stream.end();
      ended.resolve(code);
    };
    const hear = (status: V1Status) => finish(exitCodeOf(status));
    const socket = await new Exec(this.config).exec(namespace, pod, container, command, out, err, input, false, hear);
    socket.on('close', () => finish(undefined));
    return { out, err, ended: ended.promise, write: (text) => void input.write(text), close: () => socket.close() };
  }

  /** Runs a command in a container to its end. @throws Error with what it wrote to standard error if it fails */
  async run(namespace: string, pod: string, container: string, command: string[]): Promise<string> {
    log.debug('command in pod', { namespace, pod, container, argv: command });
    const [out, err] = [new PassThrough(), new PassThrough()];
    const [text, errors] = [collect(out), collect(err)];
    const status = await new Promise<V1Status>((resolve, reject) => {
      new Exec(this.config)
        .exec(namespace, pod, container, command, out, err, null, false, resolve)
        .then((socket) => socket.on('close', () => reject(new Error('the connection closed before the command ended'))))
        .catch(reject);
    });
    out.end();
    err.end();
    if (status.status !== 'Success') throw new Error(`${command[0]} in ${pod}: ${(await errors) || status.message}`);
    return text;
  }

  /** The way watches go: one connection, until it ends or is aborted. */
  get watchTransport(): WatchTransport {
    return ({ path, query, onOpen, onEvent, signal }) =>
      new Promise((resolve, reject) => {
        let refused: Error | undefined;
        let request: AbortController | undefined;
        const receive = (type: string, object: KubeObject & { code?: number; message?: string }) => {
          if (type !== 'ERROR') return onEvent(type, object);
          refused = Object.assign(new Error(object.message ?? 'the watch was refused'), { statusCode: object.code });
          request?.abort();
        };
        const done = (error: unknown) => {
          if (refused) reject(refused);
          else if (error && !signal.aborted) reject(error);
          else resolve();
        };
        const begin = async () => {
          request = await new Watch(this.config).watch(path, query, receive, done);
          signal.addEventListener('abort', () => request?.abort(), { once: true });
          if (signal.aborted) request.abort();
          else if (!request.signal.aborted) onOpen();
        };
        begin().catch(reject);
      });
  }
}

function exitCodeOf({ status, details }: V1Status): number {
  if (status === 'Success') return 0;
  return Number(details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message ?? 1);
}

async function collect(stream: PassThrough): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

async function unless404<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RestError && error.status === 404) return undefined;
    throw error;
  }
}

/** The HTTP status that the API answered with; undefined where it did not answer. */
export function apiStatus(error: unknown): number | undefined {
  if (error instanceof ApiException) return error.code;
  return error instanceof RestError ? error.status : undefined;
}

/** What the API says is wrong, without the HTTP around it. */
export function apiMessage(error: unknown): string {
  if (!(error instanceof ApiException)) return (error as Error)?.message ?? String(error);
  const body: unknown = typeof error.body === 'string' ? parseQuietly(error.body) : error.body;
  return (body as { message?: string } | undefined)?.message ?? `HTTP ${error.code}`;
}

function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}

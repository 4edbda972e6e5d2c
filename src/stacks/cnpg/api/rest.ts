/**
 * Objects of any kind by the API's paths, as they are written. The generated clients know the fields of the types that they
 * were generated from, and drop those that they do not (`x-kubernetes-…` in a CustomResourceDefinition).
 */
import { type IncomingMessage, request as requestPlainly } from 'node:http';
import { request as requestByTls } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { SetupError } from '../../../errors.ts';
import { log } from '../../../log/log.ts';
import type { Ref } from '../objects.ts';

/** What the API answered instead of doing what it was asked, in its own words: they name the verb, the object and the user. */
export class RestError extends SetupError {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The cluster has no such kind. */
export class UnknownKindError extends Error {}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** One that hangs (its connection broke, its node is cut off) must not hold up the watcher. */
const answerWithinMs = 10_000;

export class Rest {
  readonly #config: KubeConfig;
  readonly #resources = new Map<string, Promise<readonly Resource[]>>();

  constructor(config: KubeConfig) {
    this.#config = config;
  }

  /** @returns the answer, parsed @throws RestError with the API's own words where it refuses, SetupError where nobody answers */
  async send(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<unknown> {
    const signal = AbortSignal.timeout(answerWithinMs);
    return JSON.parse(await readAll(await this.open(method, path, { body, contentType, signal })));
  }

  /**
   * The answer as a stream, which may go on for as long as the signal lets it.
   * @throws RestError as `send` does, SetupError where nobody answers
   */
  async open(
    method: string,
    path: string,
    { body, contentType, signal }: { body?: unknown; contentType?: string; signal?: AbortSignal } = {},
  ): Promise<IncomingMessage> {
    const url = new URL(path, this.#config.getCurrentCluster()!.server);
    const options = { method, headers: contentType ? { 'content-type': contentType } : {}, ...(signal && { signal }) };
    await this.#config.applyToHTTPSOptions(options);
    // Reads change nothing. Bodies carry secrets: objects are named by their path.
    if (method !== 'GET') log.debug('API write', { method, path });
    const request = url.protocol === 'http:' ? requestPlainly : requestByTls;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(url, options, resolve);
      sent.on('error', (error) => reject(unanswered(url.origin, error)));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
    const status = answer.statusCode ?? 0;
    if (status < 300) return answer;
    const text = await readAll(answer);
    const why = messageOf(text) ?? `HTTP ${status}: ${text}`;
    if (method !== 'GET') log.warn('API write refused', { method, path, status, why });
    throw new RestError(status, why);
  }

  /** The path of an object, or of all of its kind in its namespace where the name is empty. @throws UnknownKindError where the cluster does not have its kind */
  async pathOf({ apiVersion, kind, metadata: { name, namespace } }: Ref): Promise<string> {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const found = (await this.#resourcesOf(root)).find(
      (resource) => resource.kind === kind && !resource.name.includes('/'),
    );
    if (!found) {
      // Kinds come with their definitions: the next time it may be there.
      this.#resources.delete(root);
      throw new UnknownKindError(`the cluster has no ${kind} of ${apiVersion}`);
    }
    return `${root}${found.namespaced ? `/namespaces/${namespace ?? 'default'}` : ''}/${found.name}${name && `/${name}`}`;
  }

  #resourcesOf(root: string): Promise<readonly Resource[]> {
    const known = this.#resources.get(root);
    if (known) return known;
    const asked = this.send('GET', root).then(
      (list) => (list as { resources: Resource[] }).resources,
      (error: unknown) => {
        this.#resources.delete(root);
        if (error instanceof RestError && error.status === 404) return [];
        throw error;
      },
    );
    this.#resources.set(root, asked);
    return asked;
  }
}

function unanswered(server: string, error: Error & { readonly code?: string }): Error {
  const late = (error.cause as Error | undefined)?.name === 'TimeoutError';
  // The caller aborted the request: that says nothing about the server.
  if (error.name === 'AbortError' && !late) return error;
  const why = late ? 'in time' : `(${error.message || error.code})`;
  return new SetupError(`the API server ${server} does not answer ${why}`, { cause: error });
}

async function readAll(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return text;
}

/** The message of a Status object; undefined where the answer is something else. */
function messageOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { message?: string }).message;
  } catch {
    return undefined;
  }
}

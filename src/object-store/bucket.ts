/** A folder of a bucket, by S3: where a harness that lives in a pod keeps reports and history. */
import { SetupError, UsageError } from '../errors.ts';
import { defaultRegion, type S3Account, signedHeaders } from './s3.ts';

const answerWithinMs = 60_000;

export class Bucket {
  readonly #root: URL;
  readonly #region: string;
  readonly #account: S3Account;

  /**
   * @param to `s3://bucket/prefix`
   * @param env AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, and AWS_ENDPOINT_URL for others than AWS
   * @throws UsageError for another address, or without an account
   */
  constructor(to: string, env: NodeJS.ProcessEnv = process.env) {
    const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(\/.*)?$/.exec(to) ?? [];
    if (!bucket) throw new UsageError(`a bucket should be named s3://bucket/prefix, but ${to} was given`);
    const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey, AWS_SESSION_TOKEN: sessionToken } = env;
    if (!accessKey || !secretKey)
      throw new UsageError('the bucket needs an account: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
    this.#region = env.AWS_REGION || env.AWS_DEFAULT_REGION || defaultRegion;
    this.#account = { accessKey, secretKey, ...(sessionToken && { sessionToken }) };
    const endpoint = env.AWS_ENDPOINT_URL || `https://s3.${this.#region}.amazonaws.com`;
    this.#root = new URL(`${endpoint.replace(/\/$/, '')}/${bucket}${prefix.replace(/\/$/, '')}/`);
  }

  /** @throws SetupError with the store's answer where it refuses */
  async put(name: string, body: Uint8Array, type: string): Promise<void> {
    const answer = await this.#send('PUT', name, body, type);
    if (!answer.ok) throw new SetupError(`${this.#urlOf(name).href} was not taken: ${await said(answer)}`);
  }

  /** Undefined where there is no such object. @throws SetupError where the store refuses */
  async get(name: string): Promise<Uint8Array | undefined> {
    const answer = await this.#send('GET', name);
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new SetupError(`${this.#urlOf(name).href} cannot be read: ${await said(answer)}`);
    return new Uint8Array(await answer.arrayBuffer());
  }

  #urlOf(name: string): URL {
    return new URL(name.split('/').map(encodeURIComponent).join('/'), this.#root);
  }

  async #send(method: string, name: string, body?: Uint8Array, type?: string): Promise<Response> {
    const url = this.#urlOf(name);
    const signing = { method, url, region: this.#region, account: this.#account };
    const headers = await signedHeaders({ ...signing, ...(body && { body }), at: new Date() });
    const content = body ? { body: Buffer.from(body), headers: { ...headers, 'content-type': type! } } : { headers };
    return fetch(url, { method, ...content, signal: AbortSignal.timeout(answerWithinMs) }).catch((error: Error) => {
      const { cause } = error;
      throw new SetupError(
        `the bucket at ${url.origin} does not answer: ${cause instanceof Error ? cause.message : error.message}`,
      );
    });
  }
}

const said = async (answer: Response): Promise<string> => `${answer.status} ${(await answer.text()).slice(0, 200)}`;

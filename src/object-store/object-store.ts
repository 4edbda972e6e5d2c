/** What is asked of the object store of a stack, by its S3 interface. */
import { SetupError } from '../errors.ts';
import type { HttpRequest } from './http-request.ts';
import { type RequestMore, type S3Account, signedRequest } from './s3.ts';

export interface StoreAnswer {
  readonly status: number;
  readonly body: string;
}
/** Where the store is, and the way to it. */
export interface ObjectStore {
  readonly host: string;
  readonly port: number;
  readonly bucket: string;
  /** The owner's. */
  readonly account: S3Account;
  /** Sends a request and gives the answer, whatever its status. @throws Error where none came */
  send(request: HttpRequest, signal?: AbortSignal): Promise<StoreAnswer>;
}
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
}

interface Ask extends RequestMore {
  readonly method?: string;
  readonly path: string;
  readonly account?: S3Account;
}

async function ask(store: ObjectStore, { method = 'GET', path, account, ...more }: Ask, signal?: AbortSignal) {
  const { host, port } = store;
  const request = await signedRequest(method, host, port, path, account ?? store.account, new Date(), more);
  return store.send(request, signal);
}

/** All objects whose key begins so. @throws SetupError with the store's answer where it refuses */
export async function listObjects(store: ObjectStore, prefix: string, signal?: AbortSignal): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const query = { 'list-type': '2', prefix, ...(after && { 'continuation-token': after }) };
    const { status, body } = await ask(store, { path: `/${store.bucket}`, query }, signal);
    if (status !== 200)
      throw new SetupError(`the object store did not list ${prefix}, it answered ${status}: ${body.slice(0, 200)}`);
    found.push(...parseListing(body));
    after = /<NextContinuationToken>([^<]+)</.exec(body)?.[1];
  }
  return found;
}

/** The objects in an answer to ListObjectsV2. Keys of Barman's hold nothing that XML would escape. */
export function parseListing(xml: string): StoredObject[] {
  return [...xml.matchAll(/<Contents>.*?<Key>([^<]+)<\/Key>.*?<Size>(\d+)<\/Size>.*?<\/Contents>/gs)].map(
    ([, key, size]) => ({ key: key!, bytes: Number(size) }),
  );
}

/** What a small text object holds. @throws SetupError where it cannot be read */
export async function readObject(store: ObjectStore, key: string, signal?: AbortSignal): Promise<string> {
  const { status, body } = await ask(store, { path: `/${store.bucket}/${key}` }, signal);
  if (status !== 200) throw new SetupError(`the object store did not give ${key}, it answered ${status}`);
  return body;
}

const mayRead = (bucket: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:ListBucket', 's3:GetBucketLocation'],
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      },
    ],
  });

/**
 * An account for some hours that can read the bucket and nothing else (STS AssumeRole with a session policy).
 * @throws SetupError where the store gives none, or one that may write
 */
export async function readOnlyAccount(
  store: ObjectStore,
  signal: AbortSignal,
): Promise<{ account: Required<S3Account>; proof: string }> {
  const form = { Action: 'AssumeRole', Version: '2011-06-15', DurationSeconds: '10800', Policy: mayRead(store.bucket) };
  const body = new URLSearchParams(form).toString();
  const answer = await ask(store, { method: 'POST', path: '/', body, service: 'sts' }, signal);
  const value = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(answer.body)?.[1] ?? '';
  const account = {
    accessKey: value('AccessKeyId'),
    secretKey: value('SecretAccessKey'),
    sessionToken: value('SessionToken'),
  };
  if (!account.accessKey)
    throw new SetupError(
      `the object store gave no account that can only read, it answered ${answer.status}: ${answer.body.slice(0, 200)}`,
    );
  const path = `/${store.bucket}/written-by-a-restore`;
  const written = await ask(store, { method: 'PUT', path, body: 'x', account }, signal);
  if (written.status !== 403)
    throw new SetupError(
      `the account of a restore must not write to the store, but a write was answered ${written.status}`,
    );
  return { account, proof: 'its account for the store can only read: a write was answered 403' };
}

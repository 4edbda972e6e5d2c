/** Talks to etcd's JSON gateway over its local socket: the few calls that the lab needs. */
import { SetupError } from '../../../errors.ts';

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}
export interface Change extends KeyValue {
  readonly type: 'put' | 'delete';
}

/** Loaded when etcd is first asked: Node.js loads its HTTP client for a tenth of the time that `plan` takes. */
const http = () => import('node:http');

const encode = (text: string): string => Buffer.from(text).toString('base64');
const decode = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString();
/** The end of the range of all keys that start with `prefix`. */
const afterPrefix = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);

interface RawPair {
  readonly key: string;
  readonly value?: string;
}

/** Sets a key. @throws Error where the member does not answer or has no quorum */
export async function putKey(socket: string, key: string, value: string, signal?: AbortSignal): Promise<void> {
  await post(socket, '/v3/kv/put', { key: encode(key), value: encode(value) }, signal);
}

/** All keys that start with `prefix`, and the revision of the store at which they were so. */
export async function readPrefix(
  socket: string,
  prefix: string,
  signal?: AbortSignal,
): Promise<{ pairs: KeyValue[]; revision: number }> {
  const range = { key: encode(prefix), range_end: encode(afterPrefix(prefix)) };
  const answer = (await post(socket, '/v3/kv/range', range, signal)) as {
    header: { revision: string };
    kvs?: RawPair[];
  };
  return { pairs: (answer.kvs ?? []).map(decodePair), revision: Number(answer.header.revision) };
}

/** For how many seconds the lease was granted that a key hangs on; undefined where it hangs on none. */
export async function leaseOf(socket: string, key: string): Promise<number | undefined> {
  const found = (await post(socket, '/v3/kv/range', { key: encode(key) })) as { kvs?: { lease?: string }[] };
  const lease = found.kvs?.[0]?.lease;
  if (lease === undefined || lease === '0') return undefined;
  const { grantedTTL } = (await post(socket, '/v3/lease/timetolive', { ID: lease })) as { grantedTTL?: string };
  return grantedTTL === undefined ? undefined : Number(grantedTTL);
}

/** The program's own version. */
export async function etcdVersion(socket: string): Promise<string> {
  return ((await exchange(socket, 'GET', '/version')) as { etcdserver: string }).etcdserver;
}

/** Which member is the leader of the consensus, by its name; undefined while there is none. */
export async function etcdLeader(socket: string): Promise<string | undefined> {
  const status = (await post(socket, '/v3/maintenance/status', {})) as { leader?: string };
  const { members } = (await post(socket, '/v3/cluster/member/list', {})) as {
    members: { ID: string; name: string }[];
  };
  return members.find(({ ID }) => ID === status.leader)?.name;
}

/**
 * Reports every change under `prefix` after a revision, as it happens.
 * Resolves when the member ends the stream or dies; to be started again then, at another member.
 */
export async function watchPrefix(
  socket: string,
  prefix: string,
  afterRevision: number,
  onChange: (change: Change, revision: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const create = {
    create_request: {
      key: encode(prefix),
      range_end: encode(afterPrefix(prefix)),
      start_revision: String(afterRevision + 1),
    },
  };
  const { request } = await http();
  await new Promise<void>((resolve, reject) => {
    const asked = request({ socketPath: socket, method: 'POST', path: '/v3/watch', signal }, (answer) => {
      let rest = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line) tellChanges(line, onChange);
      });
      answer.on('close', resolve);
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(JSON.stringify(create));
  });
}

interface WatchAnswer {
  readonly result?: { events?: { type?: string; kv: RawPair & { mod_revision: string } }[] };
}

function tellChanges(line: string, onChange: (change: Change, revision: number) => void): void {
  for (const { type, kv } of (JSON.parse(line) as WatchAnswer).result?.events ?? [])
    onChange({ type: type === 'DELETE' ? 'delete' : 'put', ...decodePair(kv) }, Number(kv.mod_revision));
}

const decodePair = ({ key, value }: RawPair): KeyValue => ({ key: decode(key), value: decode(value) });

const post = (socket: string, path: string, body: unknown, signal?: AbortSignal): Promise<unknown> =>
  exchange(socket, 'POST', path, body, signal);

async function exchange(
  socket: string,
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  const { request } = await http();
  return new Promise((resolve, reject) => {
    const options = { socketPath: socket, method, path, timeout: 2_000, ...(signal && { signal }) };
    const asked = request(options, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('error', reject);
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(JSON.parse(text));
        else reject(new SetupError(`etcd answered ${path} with ${answer.statusCode}: ${text.slice(0, 200)}`));
      });
    });
    asked.on('timeout', () => asked.destroy(new SetupError(`etcd did not answer ${path} within 2 s`)));
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

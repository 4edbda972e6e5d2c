/**
 * A program's local socket in a pod, where it trusts the pod's own user, or its port on the pod's loopback, where it asks for
 * a password: the connection is made inside the pod, and its bytes come through `exec`. The image need not contain a client;
 * Perl is in every Debian image.
 */
import type { Duplex } from 'node:stream';
import { Client, type ClientConfig } from 'pg';
import { within } from '../../../wait.ts';
import type { Kube } from './kube.ts';

const socket = '/controller/run/.s.PGSQL.5432';
/** Copies standard input to the socket and the socket to standard output, until either ends. @param to a port of the loopback */
const bridge = (to: number | undefined) => `use IO::Socket::INET; use IO::Socket::UNIX; use IO::Select; $| = 1;
my $s = ${to === undefined ? `IO::Socket::UNIX->new(Peer => '${socket}')` : `IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => ${to})`} or die "no socket: $!";
my $q = IO::Select->new($s, \\*STDIN);
while (1) { for my $r ($q->can_read) { sysread($r, my $b, 65536) or exit;
  my $to = $r == $s ? \\*STDOUT : $s; while (length $b) { my $n = syswrite($to, $b); defined $n or exit; substr($b, 0, $n) = '' } } }`;

export interface SocketIn {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** A port of the pod's loopback; absent: the local socket. */
  readonly port?: number;
}

/**
 * @param config user, database and limits
 * @param withinMs how long the connection may take
 * @throws Error where the pod, or the program in it, does not answer, and for a text with a NUL, which would begin another setting
 */
export async function connectSocket(
  kube: Pick<Kube, 'stream'>,
  { namespace, pod, container, port }: SocketIn,
  config: ClientConfig,
  withinMs: number,
): Promise<Client> {
  for (const [name, value] of Object.entries(config))
    if (typeof value === 'string' && value.includes('\0'))
      throw new Error(`the ${name} of a connection has a NUL in it`);
  const opening = kube.stream(namespace, pod, container, ['perl', '-e', bridge(port)]).then(quiet);
  const stream = await inTime(opening, withinMs, pod);
  const client = new Client({
    ...config,
    // pg calls `connect` on what it is given; this stream is connected already.
    stream: () => connected(stream),
    connectionTimeoutMillis: withinMs,
  } as ClientConfig);
  // A connection that breaks between two queries would otherwise end the process; the next query reports it.
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/** An `exec` into a pod whose node is cut off never answers: it is given up, and closed should it come all the same. */
async function inTime(opening: Promise<Duplex>, withinMs: number, pod: string): Promise<Duplex> {
  const stream = await within(opening, withinMs);
  if (stream) return stream;
  opening.then((late) => late.destroy()).catch(() => {});
  throw new Error(`no connection into ${pod} within ${withinMs} ms`);
}

/** Destroying a stream makes it emit an error, which would end the process where nobody listens any more. */
const quiet = (stream: Duplex): Duplex => stream.on('error', () => {});

function connected(stream: Duplex): Duplex {
  // An `exec` that broke only ends what can be read; `pg` waits for a close, and a query would wait for ever.
  stream.once('end', () => stream.destroy());
  const nothing = () => stream;
  return Object.assign(stream, {
    connect: () => void queueMicrotask(() => stream.emit('connect')),
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
  });
}

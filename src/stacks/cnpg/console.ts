/**
 * PgBouncer's admin console in a Pooler's pod. It is a local socket with peer authentication, so the connection is made
 * inside the pod, by the pod's own user, and its bytes come through `exec`. The image need not contain psql; Perl is in
 * every Debian image.
 */
import type { Duplex } from 'node:stream';
import { Client, type ClientConfig } from 'pg';
import type { Kube } from './kube.ts';
import { pgbouncerContainer } from './names.ts';

const socket = '/controller/run/.s.PGSQL.5432';
/** Copies standard input to the socket and the socket to standard output, until either ends. */
const bridge = `use IO::Socket::UNIX; use IO::Select; $| = 1;
my $s = IO::Socket::UNIX->new(Peer => '${socket}') or die "no console: $!";
my $q = IO::Select->new($s, \\*STDIN);
while (1) { for my $r ($q->can_read) { sysread($r, my $b, 65536) or exit;
  my $to = $r == $s ? \\*STDOUT : $s; while (length $b) { my $n = syswrite($to, $b); defined $n or exit; substr($b, 0, $n) = '' } } }`;

const answerWithinMs = 1_000;

/** @throws Error where the pod, or PgBouncer in it, does not answer */
export async function connectConsole(kube: Kube, namespace: string, pod: string): Promise<Client> {
  const stream = await kube.stream(namespace, pod, pgbouncerContainer, ['perl', '-e', bridge]);
  const client = new Client({
    user: 'pgbouncer',
    database: 'pgbouncer',
    // pg calls `connect` on what it is given; this stream is connected already.
    stream: () => connected(stream),
    query_timeout: answerWithinMs,
    connectionTimeoutMillis: 3 * answerWithinMs,
  } as ClientConfig);
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

function connected(stream: Duplex): Duplex {
  const nothing = () => stream;
  return Object.assign(stream, {
    connect: () => void queueMicrotask(() => stream.emit('connect')),
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
  });
}

/**
 * A server that shows what a client program does before it trusts a certificate: it speaks PostgreSQL's negotiation of TLS
 * (an SSLRequest, answered by one byte), then notes whether the program goes on to its log-in.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { SelfSigned } from '../../kubernetes/self-signed.ts';
import { errorResponse, gssRequest, sslRequest } from './frames.ts';

/** How a connection ended: its log-in came encrypted, or in plain text, or the program closed it before any log-in. */
export type TlsOutcome = 'encrypted' | 'plain' | 'refused';

interface TlsServerOptions {
  /** What it shows; absent: it answers that it has no TLS. */
  readonly identity?: SelfSigned;
  /** Where log-ins are passed on to; absent: they are refused. */
  readonly target?: { readonly host: string; readonly port: number };
}

const refusal = errorResponse('FATAL', '28000', 'this server takes no log-in: it shows how certificates are checked');
/** A length and a code: what every first message begins with. */
const headBytes = 8;
/** Of PostgreSQL's protocol, in the upper half of a log-in's code. */
const protocolMajor = 3;

export class TlsServer implements AsyncDisposable {
  readonly outcomes: TlsOutcome[] = [];
  readonly #options: TlsServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: TlsServerOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /** On a free port of the loopback. */
  static async listen(options: TlsServerOptions): Promise<TlsServer> {
    const server = new TlsServer(options);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    await promise;
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    let outcome: TlsOutcome = 'refused';
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#sockets.delete(socket);
      // A log-in is noted when it comes: it may last.
      if (outcome === 'refused') this.outcomes.push(outcome);
    });
    const logIn = (how: TlsOutcome, stream: Socket, first: Buffer): void => {
      outcome = how;
      this.outcomes.push(how);
      this.#answer(stream, first);
    };
    this.#negotiate(socket, logIn);
  }

  #negotiate(socket: Socket, logIn: (how: TlsOutcome, stream: Socket, first: Buffer) => void): void {
    firstMessage(socket, (first) => {
      const code = first.readInt32BE(4);
      const { identity } = this.#options;
      if (code === gssRequest || (code === sslRequest && !identity)) {
        socket.write('N');
        this.#negotiate(socket, logIn);
      } else if (code === sslRequest) {
        socket.write('S');
        const { certificate: cert, key } = identity!;
        const encrypted = new TLSSocket(socket, { isServer: true, cert, key });
        encrypted.on('error', () => socket.destroy());
        firstMessage(encrypted, (startup) => logIn('encrypted', encrypted, startup));
      } else if (code >>> 16 === protocolMajor) logIn('plain', socket, first);
      // Not a log-in: postgres.js begins TLS although the server has none, which sends nothing of the account.
      else socket.destroy();
    });
  }

  #answer(client: Socket, first: Buffer): void {
    const { target } = this.#options;
    if (!target) {
      client.resume().end(refusal);
      return;
    }
    const server = connect({ ...target, noDelay: true });
    server.on('error', () => client.destroy());
    client.on('error', () => server.destroy());
    client.on('close', () => server.destroy());
    server.write(first);
    client.pipe(server).pipe(client);
  }
}

/** Calls `then` once enough of the first message has come. The next listener has to be added in there, so that it misses nothing. */
function firstMessage(stream: Socket, then: (bytes: Buffer) => void): void {
  let bytes = Buffer.alloc(0);
  const hear = (part: Buffer): void => {
    bytes = Buffer.concat([bytes, part]);
    if (bytes.length < headBytes) return;
    stream.off('data', hear);
    then(bytes);
  };
  stream.on('data', hear);
}

/**
 * For tests only: a server that speaks as much of PostgreSQL's protocol as the load uses, and misbehaves on demand in
 * ways that a real one cannot be brought to without root: silence, refusals, errors at a chosen moment.
 * Messages: https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Endpoint } from './endpoint.ts';
import { int16, int32, message, text } from './test-messages.ts';

export interface Problem {
  readonly severity: 'ERROR' | 'FATAL' | 'WARNING';
  readonly code: string;
  readonly message: string;
}
/**
 * What a statement, or a login, is answered with: `slow` is a good answer after 40 ms; `begun` one without its end; a warning
 * comes before one.
 */
export type Reply = 'ok' | 'slow' | 'begun' | 'silence' | 'reset' | 'close' | Problem;

export class TestServer implements AsyncDisposable {
  /** Every statement that came, in order. */
  readonly statements: string[] = [];
  logins = 0;
  /** Decide what comes next; may be changed at any time. */
  onLogin: () => Reply = () => 'ok';
  onStatement: (sql: string) => Reply = () => 'ok';
  /** The row that a good answer holds. */
  row: readonly string[] = ['198.18.0.21', '0/1000', '00000001'];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async listen(): Promise<TestServer> {
    const server = new TestServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  endpoint(name: string): Endpoint {
    const { port } = this.#server.address() as AddressInfo;
    return { name, host: '127.0.0.1', port, database: 'app', user: 'app', password: 'app' };
  }

  /** Resets every connection. */
  resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.resetAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    let input = Buffer.alloc(0);
    let loggedIn = false;
    socket.on('data', (data) => {
      input = Buffer.concat([input, data]);
      // The first message has no type byte before its length.
      for (let head = loggedIn ? 1 : 0; input.length >= head + 4; head = 1) {
        const length = head + input.readInt32BE(head);
        if (input.length < length) return;
        const type = head ? String.fromCharCode(input[0]!) : 'login';
        const text = input.toString('utf8', head + 4, length - 1);
        input = input.subarray(length);
        loggedIn = true;
        this.#receive(socket, type, text);
      }
    });
  }

  #receive(socket: Socket, type: string, text: string): void {
    if (type === 'login') {
      this.logins += 1;
      reply(socket, this.onLogin(), [message('R', int32(0))]);
    } else if (type === 'Q') {
      this.statements.push(text);
      reply(socket, this.onStatement(text), rowMessages(this.row));
    } else if (type === 'X') socket.end();
  }
}

function reply(socket: Socket, what: Reply, good: readonly Buffer[]): void {
  if (what === 'silence') return;
  if (what === 'reset') socket.resetAndDestroy();
  else if (what === 'close') socket.end();
  else if (what === 'ok') socket.write(Buffer.concat([...good, ready]));
  else if (what === 'begun') socket.write(Buffer.concat(good));
  else if (what === 'slow') setTimeout(() => socket.write(Buffer.concat([...good, ready])), 40);
  else if (what.severity === 'WARNING') socket.write(Buffer.concat([problemMessage('N', what), ...good, ready]));
  else if (what.severity === 'ERROR') socket.write(Buffer.concat([problemMessage('E', what), ready]));
  else socket.end(problemMessage('E', what));
}

const ready = message('Z', Buffer.from('I'));

const problemMessage = (type: 'E' | 'N', problem: Problem): Buffer =>
  message(type, text(`S${problem.severity}`), text(`C${problem.code}`), text(`M${problem.message}`), Buffer.from([0]));

/** Text columns (type 25) and one row of them. */
function rowMessages(row: readonly string[]): Buffer[] {
  const columns = row.map((_, i) =>
    Buffer.concat([text(`c${i}`), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]),
  );
  const values = row.map((value) => Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]));
  return [
    message('T', int16(row.length), ...columns),
    message('D', int16(row.length), ...values),
    message('C', text('INSERT 0 1')),
  ];
}

/** A TCP address that leads to another one, which can change. Connections that are open stay where they are. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface Destination {
  readonly host: string;
  readonly port: number;
}

export class Forwarder implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #to: Destination;

  private constructor(to: Destination) {
    this.#to = to;
    this.#server = createServer({ noDelay: true }, (client) => this.#accept(client));
  }

  /** Listens on a free port of the loopback. @throws the error of `listen` */
  static async listen(to: Destination): Promise<Forwarder> {
    const forwarder = new Forwarder(to);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    forwarder.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    await promise;
    return forwarder;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Where connections lead from now on. */
  point(to: Destination): void {
    this.#to = to;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    const server = connect({ ...this.#to, noDelay: true });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      // A connection that is refused or reset at one end is reset at the other.
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroySoon();
      });
      socket.pipe(other);
    }
  }
}

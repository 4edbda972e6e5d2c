/**
 * A TCP proxy that cuts real connections for known times. The whole chain from the probes to the measures is held against
 * its clock.
 *
 *     client ⇄ proxy ⇄ target
 *              ╳  reset: connections are reset, and new ones too
 *              ○  blackhole: connections stay open and new ones are accepted, but nothing passes
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../journal/clock.ts';

export type CutMode = 'reset' | 'blackhole';
/** A cut, with the clock read before and after each of its ends, µs. */
export interface Cut {
  readonly mode: CutMode;
  readonly began: { readonly beforeUs: number; readonly afterUs: number };
  readonly ended: { readonly beforeUs: number; readonly afterUs: number };
}
export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

export class CuttingProxy implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #target: ProxyTarget;
  readonly #server: Server;
  /** The sockets of both sides. */
  readonly #sockets = new Set<Socket>();
  #cut: CutMode | undefined;

  private constructor(target: ProxyTarget, clock: Clock) {
    this.#clock = clock;
    this.#target = target;
    this.#server = createServer({ noDelay: true }, (client) => this.#accept(client));
  }

  /** A proxy on a free port of the loopback. @throws the listening socket's error */
  static async listen(target: ProxyTarget, clock: Clock): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target, clock);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    proxy.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    await promise;
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts for `ms`. At the end whatever is still open is reset, as a failover does, and new connections pass again. */
  async cut(mode: CutMode, ms: number): Promise<Cut> {
    if (this.#cut) throw new Error(`a ${this.#cut} cut is still under way`);
    const began = this.#timed(() => this.#begin(mode));
    // Timers have whole ms: the true length is read, not assumed.
    await sleep(ms);
    const ended = this.#timed(() => this.#end());
    return { mode, began, ended };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#resetAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #begin(mode: CutMode): void {
    this.#cut = mode;
    if (mode === 'reset') this.#resetAll();
    else for (const socket of this.#sockets) socket.removeAllListeners('data').pause();
  }

  #end(): void {
    this.#resetAll();
    this.#cut = undefined;
  }

  #accept(client: Socket): void {
    this.#keep(client);
    if (this.#cut === 'reset') client.resetAndDestroy();
    else if (this.#cut === undefined) this.#join(client);
  }

  #join(client: Socket): void {
    const server = this.#keep(connect({ ...this.#target, noDelay: true }));
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('data', (bytes) => {
        to.write(bytes);
      });
      from.on('end', () => {
        if (!this.#cut) to.end();
      });
      from.on('close', () => {
        if (!this.#cut) to.destroySoon();
      });
    }
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }

  #resetAll(): void {
    for (const socket of this.#sockets) {
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  #timed(step: () => void): { beforeUs: number; afterUs: number } {
    const beforeUs = this.#clock.nowUs();
    step();
    return { beforeUs, afterUs: this.#clock.nowUs() };
  }
}

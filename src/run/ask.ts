/** Questions to instances that may be down: an answer in time, or none. */
import type { Client } from 'pg';
import type { Instance, OpenStack } from '../stacks/stack.ts';

/** Connections are kept between questions, and dropped with the first error: the next question makes new ones. */
export class InstanceAsker implements AsyncDisposable {
  readonly #stack: Pick<OpenStack, 'connect'>;
  /** Also those that are being made: a question that comes meanwhile waits for the same one. */
  readonly #clients = new Map<string, Promise<Client>>();

  constructor(stack: Pick<OpenStack, 'connect'>) {
    this.#stack = stack;
  }

  /** @returns the rows; undefined where there was no answer within `withinMs` */
  async ask<Row extends object>(instance: Instance, sql: string, withinMs: number): Promise<Row[] | undefined> {
    const client = this.#connected(instance);
    let asked = false;
    const answer = client
      .then((one) => {
        asked = true;
        return one.query<Row>(sql);
      })
      .then(
        ({ rows }) => rows,
        () => undefined,
      );
    const late = new Promise<'late'>((resolve) => setTimeout(resolve, withinMs, 'late').unref());
    const first = await Promise.race([answer, late]);
    if (first !== undefined && first !== 'late') return first;
    // A connection that takes long to make is of use to the next question; one that does not answer is of none.
    if (asked) this.#drop(instance.name, client);
    return undefined;
  }

  #connected(instance: Instance): Promise<Client> {
    const known = this.#clients.get(instance.name);
    if (known) return known;
    const connecting = this.#stack.connect(instance);
    this.#clients.set(instance.name, connecting);
    connecting.then(
      (client) => client.on('error', () => this.#drop(instance.name, connecting)),
      () => this.#drop(instance.name, connecting),
    );
    return connecting;
  }

  /** Ends it, also should it come only later. */
  #drop(name: string, client: Promise<Client>): void {
    if (this.#clients.get(name) === client) this.#clients.delete(name);
    client.then((one) => one.end()).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [name, client] of [...this.#clients]) this.#drop(name, client);
  }
}

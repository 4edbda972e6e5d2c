/** Questions to instances that may be down: an answer in time, or none. */
import type { Client } from 'pg';
import type { Instance, OpenStack } from '../stacks/stack.ts';

/** Connections are kept between questions, and dropped with the first error: the next question makes new ones. */
export class InstanceAsker implements AsyncDisposable {
  readonly #stack: OpenStack;
  readonly #clients = new Map<string, Client>();

  constructor(stack: OpenStack) {
    this.#stack = stack;
  }

  /** @returns the rows; undefined where there was no answer within `withinMs` */
  async ask<Row extends object>(instance: Instance, sql: string, withinMs: number): Promise<Row[] | undefined> {
    const answer = this.#query<Row>(instance, sql).catch(() => undefined);
    const late = new Promise<'late'>((resolve) => setTimeout(resolve, withinMs, 'late').unref());
    const first = await Promise.race([answer, late]);
    if (first !== undefined && first !== 'late') return first;
    this.#drop(instance.name);
    return undefined;
  }

  async #query<Row extends object>(instance: Instance, sql: string): Promise<Row[]> {
    let client = this.#clients.get(instance.name);
    if (!client) {
      client = await this.#stack.connect(instance);
      client.on('error', () => this.#drop(instance.name));
      this.#clients.set(instance.name, client);
    }
    return (await client.query<Row>(sql)).rows;
  }

  #drop(name: string): void {
    const client = this.#clients.get(name);
    this.#clients.delete(name);
    void client?.end().catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of [...this.#clients.keys()]) this.#drop(name);
  }
}

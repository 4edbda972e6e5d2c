/** Questions to instances that may be down: an answer in time, or none. */
import type { Client } from 'pg';
import type { Instance } from '../faults/target.ts';
import type { OpenStack } from '../stacks/stack.ts';
import { within } from '../wait.ts';

/** A connection, or one that is being made, and the question that it is busy with. */
interface Line {
  readonly client: Promise<Client>;
  busy: Promise<unknown>;
}

/** Connections are kept between questions, and dropped with the first error: the next question makes new ones. */
export class InstanceAsker implements AsyncDisposable {
  readonly #stack: Pick<OpenStack, 'connect'>;
  /** Also those that are being made: a question that comes meanwhile waits for the same one. */
  readonly #lines = new Map<string, Line>();

  constructor(stack: Pick<OpenStack, 'connect'>) {
    this.#stack = stack;
  }

  /** @returns the rows; undefined where there was no answer within `withinMs` */
  async ask<Row extends object>(instance: Instance, sql: string, withinMs: number): Promise<Row[] | undefined> {
    const line = this.#lineTo(instance);
    let asked = false;
    const query = async () => {
      const client = await line.client;
      asked = true;
      return (await client.query<Row>(sql)).rows;
    };
    // One at a time: a connection answers one question after another.
    const answer = line.busy.then(query).catch(() => undefined);
    line.busy = answer;
    const rows = await within(answer, withinMs);
    if (rows !== undefined) return rows;
    // A connection that takes long to make is of use to the next question; one that does not answer is of none.
    if (asked) this.#drop(instance.name, line);
    return undefined;
  }

  #lineTo(instance: Instance): Line {
    const known = this.#lines.get(instance.name);
    if (known) return known;
    const client = this.#stack.connect(instance);
    const line: Line = { client, busy: Promise.resolve() };
    this.#lines.set(instance.name, line);
    const drop = () => this.#drop(instance.name, line);
    client.then((one) => one.on('error', drop), drop);
    return line;
  }

  /** Ends it, also should it come only later. */
  #drop(name: string, line: Line): void {
    if (this.#lines.get(name) === line) this.#lines.delete(name);
    line.client.then((one) => one.end()).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [name, line] of [...this.#lines]) this.#drop(name, line);
  }
}

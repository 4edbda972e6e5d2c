/** One statement by the simple protocol, for `pg.Client.query`: what a load needs of an answer, and nothing else. */
import type { Submittable } from 'pg';
import type { LoadError } from './outcome.ts';

/** What of `pg.Connection` sends a statement; its types leave it out. */
interface Connection {
  query(text: string): void;
  sendCopyFail(why: string): void;
}

/**
 * The query of `pg` itself describes every field, parses every value and gathers rows, which costs a fifth of all that the
 * load does for a write. Here only the first row is kept, as the text that came; of several statements in one message that
 * of the last.
 */
export class Statement implements Submittable {
  readonly #text: string;
  readonly #done: (error: LoadError | undefined, row: readonly (string | null)[]) => void;
  /** Of the statement that is being answered, and of the last one that was. */
  #open: readonly (string | null)[] | undefined;
  #row: readonly (string | null)[] | undefined;

  /** @param done is called once: with an error as soon as it comes, or with the row once the server is ready again */
  constructor(text: string, done: (error: LoadError | undefined, row: readonly (string | null)[]) => void) {
    this.#text = text;
    this.#done = done;
  }

  submit(connection: unknown): void {
    (connection as Connection).query(this.#text);
  }
  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.#open ??= fields;
  }
  handleReadyForQuery(): void {
    this.#done(undefined, this.#row ?? []);
  }
  handleError(error: LoadError): void {
    this.#done(error, []);
  }
  handleRowDescription(): void {}
  handleCommandComplete(): void {
    this.#row = this.#open;
    this.#open = undefined;
  }
  handleEmptyQuery(): void {}
  handleCopyData(): void {}
  /** A user’s statement may be one; the server answers this with an error. */
  handleCopyInResponse(connection: unknown): void {
    (connection as Connection).sendCopyFail('the load sends no rows');
  }
}

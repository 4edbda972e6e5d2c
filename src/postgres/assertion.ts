/** A user's own questions to a database, each with the answer that it should give. */
import type { Client, QueryArrayConfig } from 'pg';
import { UsageError } from '../errors.ts';
import type { OneStatement } from './own-names.ts';
import { shortened } from './shortened.ts';

/** A value, or a range of numbers. */
export type Expected = string | number | boolean | null | { readonly min?: number; readonly max?: number };

export interface Assertion {
  readonly name: string;
  /** A query. What counts is the first column of its first row. */
  readonly sql: string;
  readonly expect: Expected;
}

export interface Answered {
  readonly name: string;
  readonly sql: string;
  /** In words: `42`, `at least 1`. */
  readonly expected: string;
  /** As PostgreSQL writes it, its beginning where it is long; `null`; `no row`; or the error. */
  readonly got: string;
  readonly holds: boolean;
}

/** A question that takes longer does not hold. */
const withinMs = 300_000;
const prepared = 'pgdrill_assertion';
/** What PostgreSQL says, as it says it: numbers of any size, dates without a time zone of ours. */
const asText = { getTypeParser: () => (value: unknown) => value };

/**
 * Asks all of them on a restored copy, each in a transaction of its own that cannot write. An error is an answer that does not
 * hold.
 * @param client a session of a role that may read the users' schemas and nothing else (`reader.ts`), and never of a superuser: the data
 *   bring functions of their owners, which an assertion runs. Names without a schema are looked up where the user's sessions do
 */
export async function askAssertions(client: Client, assertions: readonly Assertion[]): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (const { name, sql, expect } of assertions) {
    const asked = await ask(client, sql);
    const holds = !('error' in asked) && meets(asked.value, expect);
    const got = 'error' in asked ? asked.error : asked.value === undefined ? 'no row' : shortened(String(asked.value));
    answers.push({ name, sql, expected: inWords(expect), got, holds });
  }
  return answers;
}

/**
 * Has PostgreSQL parse each of them; nothing is planned or run. Even parsing can call functions of the database's owner: those
 * of a domain's checks, for a literal of that domain. A statement that writes is found on the copy, where its transaction is
 * read-only.
 * @param client a session of a role without rights beyond its data, and never of a superuser
 * @throws UsageError naming the first that is not a query of this database
 */
export async function refuseWrongAssertions(client: Client, assertions: readonly Assertion[]): Promise<void> {
  for (const { name, sql } of assertions) {
    const parsed = await ask(client, `prepare ${prepared} as ${sql}`);
    if ('error' in parsed)
      throw new UsageError(`the assertion "${name}" is not a query that this database understands: ${parsed.error}`);
    await client.query(`deallocate ${prepared}`);
  }
}

type Asked = { readonly value: string | null | undefined } | { readonly error: string };

async function ask(client: Client, text: string): Promise<Asked> {
  await client.query('begin read only');
  try {
    await client.query(`set local statement_timeout = ${withinMs}`);
    const one: OneStatement & QueryArrayConfig = { text, queryMode: 'extended', rowMode: 'array', types: asText };
    const { rows } = await client.query<(string | null)[]>(one);
    return { value: rows[0]?.[0] };
  } catch (error) {
    return { error: shortened((error as Error).message) };
  } finally {
    await client.query('rollback');
  }
}

/** Whether an answer is the expected one. `undefined`: there was no row. */
export function meets(value: string | null | undefined, expected: Expected): boolean {
  if (value === undefined) return false;
  if (expected === null || value === null) return value === expected;
  if (typeof expected === 'boolean') return value === (expected ? 't' : 'f');
  if (typeof expected === 'string') return value === expected;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (typeof expected === 'number') return number === expected;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = expected;
  return number >= min && number <= max;
}

function inWords(expected: Expected): string {
  if (expected === null || typeof expected !== 'object') return String(expected);
  const { min, max } = expected;
  return [...(min === undefined ? [] : [`at least ${min}`]), ...(max === undefined ? [] : [`at most ${max}`])].join(
    ' and ',
  );
}

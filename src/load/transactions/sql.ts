/** The statements of list-append transactions. A list is a text of numbers, as in Jepsen's tests of PostgreSQL. */
import type { IsolationLevel } from '../../isolation/levels.ts';
import type { PlannedOperation } from './plan.ts';

const listTable = 'pgdrill.list';

/** Makes the table, and empties it of an earlier run. The schema must exist. */
export const listSchemaSql = `create table if not exists ${listTable} (id int primary key, value text not null); truncate ${listTable}`;

export const beginSql = (level: IsolationLevel, readOnly = false): string =>
  `begin isolation level ${level}${readOnly ? ' read only' : ''}`;

export const operationSql = (operation: PlannedOperation): string =>
  'append' in operation
    ? `insert into ${listTable} as l (id, value) values (${operation.key}, '${operation.append}') on conflict (id) do update set value = l.value || ',' || excluded.value`
    : `select value from ${listTable} where id = ${operation.key}`;

/** Every list in one row: `1:4,7;2:1`. Its operators are those of the catalogue: PostgreSQL has them for exactly these types. */
export const everyListSql = `select coalesce(pg_catalog.string_agg(id::text || ':' || value, ';'), '') from ${listTable}`;

export const elementsOf = (value: string | null | undefined): number[] => (value ? value.split(',').map(Number) : []);

/** The lists of `everyListSql`, by key. */
export const listsOf = (value: string | null | undefined): Map<number, number[]> =>
  new Map(
    (value ? value.split(';') : []).map((list) => {
      const [key, elements] = list.split(':');
      return [Number(key), elementsOf(elements)];
    }),
  );

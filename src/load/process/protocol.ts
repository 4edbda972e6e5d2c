/**
 * What is said between the driver and the load process, which may live in another network namespace: one JSON object a
 * line. Driver → load: a `LoadPlan`, then `LoadCommand`s. Load → driver: journal drafts (`op`, `connect`, `probe`,
 * `txn`, `session`, `stall`, `generator`, `note`), and `{"kind":"ready"}` once every stream and writer has connected.
 */
import type { Draft, Stream } from '../../journal/event.ts';
import type { Load } from '../../scenario/load.ts';
import type { Endpoint } from '../endpoint.ts';

export interface StreamPlan extends Stream {
  readonly endpoint: Endpoint;
  /** The path that is posted to, where the stream goes to an HTTP service. */
  readonly post?: string;
}
export interface LoadPlan {
  /** The run's time 0, ns of `process.hrtime.bigint()`, as a string. */
  readonly originNs: string;
  readonly seed: number;
  /** The number of its first worker, where generators share the workers of a run; 0 by default. */
  readonly firstWorker?: number;
  readonly load: Load;
  /** Where the writers go: writer w uses `writerEndpoints[w % length]`. */
  readonly writerEndpoints: readonly Endpoint[];
  /** Where the clients go that keep a session (`load.openSessions`); absent where there are none. */
  readonly sessionEndpoint?: Endpoint;
  readonly streams: readonly StreamPlan[];
  /** Where the clients of `load.workload` go, by turns, the primary's own service last; absent where there are none. */
  readonly transactionEndpoints?: readonly Endpoint[];
  /** Where the transactions of `load.replicaTransactionsPerSecond` go; absent where there are none. */
  readonly replicaEndpoint?: Endpoint;
  /** Where the sessions of `load.readYourWrites` write, and where they read; absent where there are none. */
  readonly sessionsBetween?: readonly [writeTo: Endpoint, readFrom: Endpoint];
}
/** `start`: begin load and probes. `stop`: no new writes; send what is left, and end. */
export type LoadCommand = { readonly do: 'start' } | { readonly do: 'stop' };
export type LoadMessage =
  | { readonly kind: 'ready' }
  | Draft<'op'>
  | Draft<'connect'>
  | Draft<'probe'>
  | Draft<'txn'>
  | Draft<'session'>
  | Draft<'stall'>
  | Draft<'generator'>
  | Draft<'note'>;

/** Where writes go. `worker` and `op` name a write; there is no unique key, so that a duplicate can be seen. */
export const ledgerTable = 'pgdrill.ledger';
/** One row a stream: `stream text primary key, slot bigint`. */
export const probeTable = 'pgdrill.probe';

/** Every table that a drill makes in its schema `pgdrill`. */
export const drillTables: readonly string[] = ['ledger', 'probe', 'list', 'session', 'archive', 'job'];

/** What a row's `content` must be, so that a restore can be checked row by row without the original. */
export const contentSql = `md5(worker::text || '-' || op::text)`;

/** DDL of both tables, for the owner of the database that the load uses. */
export const schemaSql = `
create schema if not exists pgdrill;
create table if not exists ${ledgerTable} (
  id bigint generated always as identity,
  worker int not null,
  op int not null,
  at timestamptz not null default clock_timestamp(),
  content text generated always as (${contentSql}) stored
);
create table if not exists ${probeTable} (stream text primary key, slot bigint not null) with (fillfactor = 10);
`;

/**
 * What pgdrill and a client program say to each other: docs/clients.md. pgdrill writes a `ClientPlan` and then
 * `ClientCommand`s to the program's standard input, one JSON object a line; the program answers with `ClientMessage`s on
 * its standard output. A client program is untrusted: its messages pass these strict schemas and `rows.ts`.
 */
import { z } from 'zod';
import { ledgerTable } from '../process/protocol.ts';

export const protocolVersion = 1;

/** Where a program may connect to. */
export interface PathPlan {
  /**
   * A connection string for libpq with the password in it. `hosts`: with the addresses of all instances, comma-separated.
   * Where servers speak TLS it asks for `verify-full`, with the parameters `sslrootcert` and, where the name is not the
   * address, `hostaddr`.
   */
  readonly url: string;
  /** Addresses; numeric where there is a `serverName`. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** PEM of the authority that servers' certificates are checked against; this and the next two are absent without TLS. */
  readonly ca?: string;
  /** A file with the same. */
  readonly caFile?: string;
  /** What a program has to check before it sends a password: the authority, and the name. */
  readonly sslmode?: 'verify-full';
  /** The name that the certificate must carry, where it is not the host. */
  readonly serverName?: string;
}

/** The first line that a program reads. */
export interface ClientPlan {
  readonly protocol: typeof protocolVersion;
  /** What this program is called in reports. */
  readonly name: string;
  /** Time 0 of all times, in ns of CLOCK_MONOTONIC, as a decimal string. */
  readonly originNs: string;
  /** The path to use, a key of `paths`. */
  readonly path: string;
  readonly paths: Readonly<Record<string, PathPlan>>;
  /** Workers are numbered from `firstWorker`. */
  readonly firstWorker: number;
  readonly workers: number;
  readonly ratePerSecond: number;
  /** For whatever the program does at random. */
  readonly seed: number;
  /** How long requests on their way may take once the program is asked to stop. */
  readonly giveUpMs: number;
  readonly settings: Readonly<Record<string, string>>;
  /** The write; $1: the worker, $2: the op. It returns one row of three texts: server, position of the WAL, timeline. */
  readonly sql: string;
}

/** `start`: request k is due at `atUs` + k ÷ rate. `stop`: send no new request, report, and end. */
export type ClientCommand = { readonly do: 'start'; readonly atUs: number } | { readonly do: 'stop' };

/** The write as programs send it: with parameters, so that drivers prepare it as they prepare an application's. */
export const writeSql =
  `insert into ${ledgerTable} (worker, op) values ($1::int, $2::int) returning host(inet_server_addr())::text, ` +
  'pg_current_wal_insert_lsn()::text, substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)::text';

const time = z.int();
const text = z.string().max(20_000).nullable();

/** worker, op, due, sent, done, outcome, SQLSTATE, message, server, position of the WAL, timeline. */
const rowShape = z.tuple([
  z.int().nonnegative(),
  z.int().nonnegative(),
  time,
  time.nullable(),
  time,
  z.int().min(0).max(3),
  ...([text, text, text, text, text] as const),
]);
export type ClientRow = z.infer<typeof rowShape>;

/** start, done, 1 or 0 for success, SQLSTATE, message. */
const loginShape = z.tuple([time, time, z.int().min(0).max(1), text, text]);
export type LoginRow = z.infer<typeof loginShape>;

/** Every message carries `t`, the program's clock when it was written. */
export const messageSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ready'),
    t: time,
    protocol: z.literal(protocolVersion),
    versions: z.string().min(1).max(500),
    settings: z.record(z.string().max(100), z.string().max(500)).default({}),
  }),
  z.strictObject({ kind: z.literal('op'), t: time, rows: z.array(rowShape).max(20_000) }),
  z.strictObject({ kind: z.literal('login'), t: time, rows: z.array(loginShape).max(20_000) }),
  z.strictObject({
    ...{ kind: z.literal('pool'), t: time },
    ...{ open: z.int().nonnegative(), idle: z.int().nonnegative(), waiting: z.int().nonnegative() },
  }),
  z.strictObject({ kind: z.literal('end'), t: time }),
]);
export type ClientMessage = z.infer<typeof messageSchema>;

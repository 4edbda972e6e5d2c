/** How clients behave when a connection or a request fails, as applications do: `load.profile`. */
import type { Load } from '../../scenario/load.ts';
import type { LoadError } from './outcome.ts';
import { notSent, timedOut } from './outcome.ts';

export interface Profile {
  /** From a lost connection, or the `failures`th failed attempt in a row, to the next attempt, ms. */
  reconnectMs(failures: number): number;
  /** From a failed attempt at a request to its `retry`th retry (1, 2 …), ms; undefined: it has failed for good. */
  retryMs(retry: number, error: LoadError, random: () => number): number | undefined;
  /** A connection is opened when a request needs one, and the request fails with it; else in the background. */
  readonly onDemand: boolean;
  /** Each request has a connection of its own. */
  readonly perRequest: boolean;
}

const never = (): undefined => undefined;

/** What EnableRetryOnFailure of Entity Framework Core does with its usual `5, 30 s`, as the seed has it. */
const retries = 5;
const retryMostMs = 30_000;

const profiles: Readonly<Record<Load['profile'], (load: Load) => Profile>> = {
  /** A pool of fixed size that keeps its connections, and replaces a lost one after `load.reconnectMs`. */
  pool: ({ reconnectMs }) => ({
    reconnectMs: () => reconnectMs,
    retryMs: never,
    onDemand: false,
    perRequest: false,
  }),
  /** The same with twice the wait after each failure, up to `load.backoffMostMs`. */
  backoff: ({ reconnectMs, backoffMostMs }) => ({
    reconnectMs: (failures) => Math.min(backoffMostMs, reconnectMs * 2 ** Math.max(0, failures - 1)),
    retryMs: never,
    onDemand: false,
    perRequest: false,
  }),
  retry: ({ retriesAlso }) => ({
    reconnectMs: () => 0,
    retryMs: (retry, error, random) => afterFailure(retry, isTransient(error, retriesAlso), random),
    onDemand: true,
    perRequest: false,
  }),
  'per-request': () => ({ reconnectMs: () => 0, retryMs: never, onDemand: true, perRequest: true }),
};

export const profileOf = (load: Load): Profile => profiles[load.profile](load);

/**
 * (2ⁿ − 1) s × (1 to 1.1), at most 30 s, for n = 0 … 4: at once, 1, 3, 7 and 15 s, about 26 s in all (ExecutionStrategy
 * of Entity Framework Core). Only for errors that may pass.
 */
function afterFailure(retry: number, mayPass: boolean, random: () => number): number | undefined {
  if (retry > retries || !mayPass) return undefined;
  return Math.min(retryMostMs, 1_000 * (2 ** (retry - 1) - 1) * (1 + 0.1 * random()));
}

/**
 * What Npgsql calls transient: errors of the network, timeouts, and these SQLSTATEs (PostgresException.IsTransient).
 * PgBouncer's own errors all have 08P01, which is not among them: such a request is not tried again, unless the code is
 * added (`errorCodesToAdd`).
 */
const transientStates: ReadonlySet<string> = new Set([
  ...['53000', '53100', '53200', '53300', '53400', '57P03', '58000', '58030', '40001', '40P01'],
  ...['55P03', '55006', '55000', '08000', '08003', '08006', '08001', '08004', '08007'],
]);

export function isTransient(error: LoadError, also: readonly string[] = []): boolean {
  if (error === timedOut || error === notSent) return true;
  const code = error.code ?? '';
  return error.severity === undefined || transientStates.has(code) || also.includes(code);
}

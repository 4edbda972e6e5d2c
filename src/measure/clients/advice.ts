/** For a client program that got stuck: what its last errors say, and the settings of its library that bring it back. */
import type { Run } from '../../journal/run.ts';
import type { ProgramResult } from './programs.ts';

/**
 * How a client is stuck. `pinned`: its server refuses writes, and stays connected. `silent`: it waits for an answer, or
 * a connection, that never comes. `prepared`: its server does not know a statement that it prepared. `refused`: it gets
 * other errors.
 */
export type Stuck = 'pinned' | 'silent' | 'prepared' | 'refused';

export interface Advice {
  readonly stuck: Stuck;
  readonly clients: number;
  /** The error that most of them got last. */
  readonly error: string;
  /** Settings in the library's own language; absent where we know none. */
  readonly snippet?: string;
  /** The same as a client of a drill, so that it can be tried: `psycopg-pool:target_session_attrs=read-write`. */
  readonly trial?: string;
  /** What it costs. */
  readonly costs?: string;
}

interface Remedy {
  readonly snippet: string;
  readonly settings: string;
  readonly costs: string;
}

const connectsOnce = 'a new connection asks each server whether it takes writes: one round trip';
const cutsLong = (what: string): string => `a statement that takes longer than ${what} fails, and may have happened`;
const unpreparedCosts = 'each statement is parsed and planned again';
const libpqUrl = (parameters: string): string => `postgresql://user@pg-1,pg-2,pg-3/app?${parameters}`;
const libpqPinned: Remedy = {
  snippet: libpqUrl('target_session_attrs=read-write'),
  settings: 'target_session_attrs=read-write',
  costs: connectsOnce,
};
const libpqSilent: Remedy = {
  snippet: libpqUrl(
    'tcp_user_timeout=5000&keepalives_idle=5&keepalives_interval=2&keepalives_count=2&connect_timeout=5',
  ),
  settings: 'tcp_user_timeout=5000,keepalives_idle=5,keepalives_interval=2,keepalives_count=2,connect_timeout=5',
  costs: 'a network that is away for 5 s costs the connection; a packet every 5 s on idle connections',
};
const goSilent: Remedy = {
  snippet: 'ctx, cancel := context.WithTimeout(ctx, 5*time.Second)',
  settings: 'query_timeout_s=5,connect_timeout=5',
  costs: cutsLong('5 s'),
};

/** What helps whatever the library is: an address that follows the primary. */
const anywhere: Partial<Record<Stuck, Remedy>> = {
  pinned: {
    snippet: 'host = the address that follows the primary (a service, HAProxy, a pooler), not that of an instance',
    settings: 'path=direct',
    costs: 'what routes the address notices a change of primary a little later than the server itself',
  },
};

/** By adapter. An application with the same library uses the same settings. */
const remedies: Readonly<Record<string, Partial<Record<Stuck, Remedy>>>> = {
  'psycopg-pool': {
    pinned: libpqPinned,
    silent: libpqSilent,
    prepared: {
      snippet: 'AsyncConnectionPool(url, kwargs={"prepare_threshold": None})',
      settings: 'prepare_threshold=0',
      costs: unpreparedCosts,
    },
  },
  sqlalchemy: { pinned: libpqPinned, silent: libpqSilent },
  libpq: { pinned: libpqPinned, silent: libpqSilent },
  'asyncpg-pool': {
    pinned: {
      snippet: 'asyncpg.create_pool(url, target_session_attrs="read-write")',
      settings: 'target_session_attrs=read-write',
      costs: connectsOnce,
    },
    silent: {
      snippet: 'asyncpg.create_pool(url, command_timeout=5, timeout=5)',
      settings: 'command_timeout_s=5,connect_timeout_s=5',
      costs: cutsLong('5 s'),
    },
    prepared: {
      snippet: 'asyncpg.create_pool(url, statement_cache_size=0)',
      settings: 'statement_cache_size=0',
      costs: unpreparedCosts,
    },
  },
  'pg-pool': {
    silent: {
      snippet: 'new Pool({ query_timeout: 5000, connectionTimeoutMillis: 5000, keepAlive: true })',
      settings: 'query_timeout_ms=5000,connect_timeout_ms=5000,keepalive=1',
      costs: cutsLong('5 s'),
    },
  },
  'postgres-js': {
    pinned: {
      snippet: "postgres(url, { target_session_attrs: 'read-write' })",
      settings: 'target_session_attrs=read-write',
      costs: connectsOnce,
    },
    prepared: { snippet: 'postgres(url, { prepare: false })', settings: 'prepare=0', costs: unpreparedCosts },
  },
  'pgx-pool': {
    pinned: libpqPinned,
    silent: goSilent,
    prepared: {
      snippet: libpqUrl('default_query_exec_mode=exec'),
      settings: 'default_query_exec_mode=exec',
      costs: unpreparedCosts,
    },
  },
  'lib-pq': {
    pinned: libpqPinned,
    silent: goSilent,
  },
  hikari: {
    pinned: {
      snippet: 'jdbc:postgresql://pg-1,pg-2,pg-3/app?targetServerType=primary',
      settings: 'targetServerType=primary',
      costs: connectsOnce,
    },
    silent: {
      snippet: 'jdbc:postgresql://…/app?socketTimeout=5&connectTimeout=5&tcpKeepAlive=true',
      settings: 'socketTimeout=5,connectTimeout=5,tcpKeepAlive=true',
      costs: cutsLong('5 s'),
    },
    prepared: {
      snippet: 'jdbc:postgresql://…/app?prepareThreshold=0',
      settings: 'prepareThreshold=0',
      costs: unpreparedCosts,
    },
  },
  deadpool: {
    pinned: {
      snippet: 'config.target_session_attrs(TargetSessionAttrs::ReadWrite);',
      settings: 'target_session_attrs=read-write',
      costs: connectsOnce,
    },
    silent: {
      snippet: 'config.tcp_user_timeout(Duration::from_secs(5)).keepalives_idle(Duration::from_secs(5));',
      settings: 'tcp_user_timeout_s=5,keepalives_idle_s=5,connect_timeout_s=5',
      costs: libpqSilent.costs,
    },
  },
};

const kindOf = (error: string): Stuck => {
  if (error.startsWith('25006')) return 'pinned';
  if (/^(26000|42P05)|prepared statement/i.test(error)) return 'prepared';
  return /no outcome was reported|timeout|timed out/i.test(error) ? 'silent' : 'refused';
};

/**
 * What to do for clients that never came back, those with the commonest last error first. None where all came back.
 * @param run the run of the program
 */
export function adviceFor(run: Run, { client, returns }: ProgramResult): Advice[] {
  const stuck = returns.filter(({ isStuck }) => isStuck);
  const errors = stuck.map(({ lastRow }) => lastError(run, lastRow));
  const kinds = [...Map.groupBy(errors, kindOf)].sort(([, a], [, b]) => b.length - a.length);
  return kinds.map(([kind, some]) => {
    const [error] = [...Map.groupBy(some, (text) => text)].sort(([, a], [, b]) => b.length - a.length)[0]!;
    const remedy = remedies[client.uses]?.[kind] ?? (client.path === 'hosts' ? anywhere[kind] : undefined);
    const path = client.path.startsWith('pooler') || remedy === anywhere[kind] ? '' : `path=${client.path},`;
    return {
      ...{ stuck: kind, clients: some.length, error },
      ...(remedy && {
        snippet: remedy.snippet,
        trial: `${client.uses}:${path}${remedy.settings}`,
        costs: remedy.costs,
      }),
    };
  });
}

/** A worker that waits behind a request without an outcome has nothing of its own to say. */
function lastError({ ops }: Run, lastRow: number): string {
  const text = ops.errors[ops.error[lastRow]!] ?? 'no error';
  return text === 'not sent: no connection' ? 'no outcome was reported' : text;
}

/** What each kind means, in a sentence that follows a number of clients. */
export const stuckWords: Readonly<Record<Stuck, string>> = {
  pinned: 'stayed connected to a server that takes no writes',
  silent: 'waited for an answer that never came, without a time limit',
  prepared: 'used a prepared statement that its server does not know',
  refused: 'still got errors',
};

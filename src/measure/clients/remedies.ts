/** Settings that bring a stuck client back, by adapter: an application with the same library uses the same. */

/**
 * How a client is stuck. `pinned`: its server refuses writes, and stays connected. `silent`: it waits for an answer, or
 * a connection, that never comes. `prepared`: its server does not know a statement that it prepared. `refused`: it gets
 * other errors.
 */
export type Stuck = 'pinned' | 'silent' | 'prepared' | 'refused';

export interface Remedy {
  /** In the library's own language. */
  readonly snippet: string;
  /** The same as settings of the adapter. */
  readonly settings: string;
  readonly costs: string;
  /** The path that it moves a client to; absent: the client keeps its own. */
  readonly path?: string;
}

export const asksServer = 'a new connection asks each server whether it takes writes: one round trip';
const reconnects = 'for up to 30 s writes still fail; each connection is opened again every 30 s';
const cutsLong = (what: string): string => `a statement that takes longer than ${what} fails, and may have happened`;
const parsesAgain = 'each statement is parsed and planned again';
const quickAway = 'a network that is away for 5 s costs the connection; a packet every 5 s on idle connections';

const lifetime = (snippet: string, settings: string): Remedy => ({ snippet, settings, costs: reconnects });
/** The list of all instances, for a client that knows one of them only. */
const list = (snippet: string, settings: string): Remedy => ({ snippet, settings, costs: asksServer, path: 'hosts' });

const fiveSeconds =
  'tcp_user_timeout=5000,keepalives_idle=5,keepalives_interval=2,keepalives_count=2,connect_timeout=5';
const takesWrites = 'target_session_attrs=read-write';
const instances = 'postgresql://user@pg-1,pg-2,pg-3/app';

/** What libraries share that take libpq's connection strings. @param call the library's own call, around such a string */
const libpqUrls = (call: (url: string) => string) => ({
  pinned: { snippet: call(`postgresql://user@host/app?${takesWrites}`), settings: takesWrites, costs: asksServer },
  fixed: list(call(`${instances}?${takesWrites}`), takesWrites),
  silent: {
    snippet: call(`postgresql://user@host/app?${fiveSeconds.replaceAll(',', '&')}`),
    settings: fiveSeconds,
    costs: quickAway,
  },
});
const psycopg = libpqUrls((url) => `AsyncConnectionPool("${url}")`);
/** Its URLs take one host; several are a parameter. */
const engineUrl = (url: string): string =>
  url.replace('postgresql:', 'postgresql+psycopg:').replace('pg-1,pg-2,pg-3/app?', '/app?host=pg-1,pg-2,pg-3&');
const sqlalchemy = libpqUrls((url) => `create_engine("${engineUrl(url)}")`);
const libpq = libpqUrls((url) => `PQconnectdb("${url}");`);
const pgx = libpqUrls((url) => `pgxpool.New(ctx, "${url}")`);
const libPq = libpqUrls((url) => `sql.Open("postgres", "${url}")`);
const goSilent = (open: string): Remedy => ({
  snippet: `${open}; ctx, cancel := context.WithTimeout(ctx, 5*time.Second)`,
  settings: 'query_timeout_s=5,connect_timeout=5',
  costs: cutsLong('5 s'),
});

/** lib/pq sends Parse and the rest apart otherwise, and a pooler in transaction mode may hand them to two servers. */
const together: Remedy = {
  snippet: 'sql.Open("postgres", "postgresql://user@host/app?binary_parameters=yes")',
  settings: 'binary_parameters=yes',
  costs: '[]byte parameters are sent as binary: a column of text takes them as they are',
};

/** What helps whatever the library is: an address that follows the primary. */
export const following: Remedy = {
  snippet: 'host = the address that follows the primary (a service, HAProxy, a pooler), not that of an instance',
  settings: '',
  costs: 'what routes the address notices a change of primary a little later than the server itself',
  path: 'direct',
};

/**
 * By adapter, for each way to be stuck; the first is the one to try first. `pinned` is for an address that can lead to
 * another server: its first closes the door to standbys, its second limits a stay. `fixed` is for clients that are
 * pinned and know instances by their own addresses. `pooled` is for a pooler in transaction mode, whatever happens.
 */
export const remedies: Readonly<Record<string, Partial<Record<Stuck | 'fixed' | 'pooled', readonly Remedy[]>>>> = {
  'psycopg-pool': {
    pinned: [psycopg.pinned, lifetime('AsyncConnectionPool(url, max_lifetime=30)', 'max_lifetime_s=30')],
    fixed: [psycopg.fixed],
    silent: [psycopg.silent],
    // The pool gives a request up after its own 30 s, and goes on waiting for a log-in.
    refused: [psycopg.silent],
    prepared: [
      {
        snippet: 'AsyncConnectionPool(url, kwargs={"prepare_threshold": None})',
        settings: 'prepare_threshold=0',
        costs: parsesAgain,
      },
    ],
  },
  sqlalchemy: {
    pinned: [
      sqlalchemy.pinned,
      {
        snippet: `@event.listens_for(engine, "handle_error")
def retire(context):
    if getattr(context.original_exception, "sqlstate", None) == "25006":
        context.is_disconnect = True`,
        settings: 'retire_on=25006',
        costs: 'one refused write replaces all connections of the pool',
      },
      lifetime('create_engine(url, pool_recycle=30)', 'pool_recycle_s=30'),
    ],
    fixed: [sqlalchemy.fixed],
    silent: [sqlalchemy.silent],
  },
  libpq: { pinned: [libpq.pinned], fixed: [libpq.fixed], silent: [libpq.silent] },
  'asyncpg-pool': {
    pinned: [
      {
        snippet: 'asyncpg.create_pool(url, target_session_attrs="read-write")',
        settings: 'target_session_attrs=read-write',
        costs: asksServer,
      },
    ],
    fixed: [
      list(
        'asyncpg.create_pool("postgresql://user@pg-1,pg-2,pg-3/app", target_session_attrs="read-write")',
        'target_session_attrs=read-write',
      ),
    ],
    silent: [
      {
        snippet: 'asyncpg.create_pool(url, command_timeout=5, timeout=5)',
        settings: 'command_timeout_s=5,connect_timeout_s=5',
        costs: cutsLong('5 s'),
      },
    ],
    prepared: [
      {
        snippet: 'asyncpg.create_pool(url, statement_cache_size=0)',
        settings: 'statement_cache_size=0',
        costs: parsesAgain,
      },
    ],
  },
  'pg-pool': {
    pinned: [lifetime('new Pool({ maxLifetimeSeconds: 30 })', 'max_lifetime_s=30')],
    silent: [
      {
        snippet: 'new Pool({ query_timeout: 5000, connectionTimeoutMillis: 5000, keepAlive: true })',
        settings: 'query_timeout_ms=5000,connect_timeout_ms=5000,keepalive=1',
        costs: cutsLong('5 s'),
      },
    ],
  },
  'postgres-js': {
    pinned: [
      {
        // Its read-write looks at default_transaction_read_only alone, which a standby has off like a primary.
        snippet: "postgres(url, { target_session_attrs: 'primary' })",
        settings: 'target_session_attrs=primary',
        costs: asksServer,
      },
      lifetime('postgres(url, { max_lifetime: 30 })', 'max_lifetime_s=30'),
    ],
    fixed: [
      list(
        "postgres('postgres://user@pg-1,pg-2,pg-3/app', { target_session_attrs: 'primary' })",
        'target_session_attrs=primary',
      ),
    ],
    silent: [
      {
        snippet: 'postgres(url, { connect_timeout: 5, backoff: 1 })',
        settings: 'connect_timeout_s=5,backoff_s=1',
        costs: 'a server that needs more than 5 s for a log-in cannot be used; each connection tries once a second',
      },
    ],
    prepared: [{ snippet: 'postgres(url, { prepare: false })', settings: 'prepare=0', costs: parsesAgain }],
  },
  'pgx-pool': {
    pinned: [pgx.pinned, lifetime('config.MaxConnLifetime = 30 * time.Second', 'max_lifetime=30s')],
    fixed: [pgx.fixed],
    silent: [goSilent('pgxpool.New(ctx, "postgresql://user@host/app?connect_timeout=5")')],
    prepared: [
      {
        snippet: 'pgxpool.New(ctx, "postgresql://user@host/app?default_query_exec_mode=exec")',
        settings: 'default_query_exec_mode=exec',
        costs: parsesAgain,
      },
    ],
  },
  'lib-pq': {
    pinned: [libPq.pinned, lifetime('db.SetConnMaxLifetime(30 * time.Second)', 'max_lifetime_s=30')],
    fixed: [libPq.fixed],
    silent: [goSilent('sql.Open("postgres", "postgresql://user@host/app?connect_timeout=5")')],
    prepared: [together],
    pooled: [together],
  },
  hikari: {
    pinned: [
      {
        snippet: 'config.setJdbcUrl("jdbc:postgresql://host/app?targetServerType=primary");',
        settings: 'targetServerType=primary',
        costs: asksServer,
      },
      lifetime('config.setMaxLifetime(30_000);', 'max_lifetime_ms=30000'),
    ],
    fixed: [
      list(
        'config.setJdbcUrl("jdbc:postgresql://pg-1,pg-2,pg-3/app?targetServerType=primary");',
        'targetServerType=primary',
      ),
    ],
    silent: [
      {
        snippet:
          'config.setJdbcUrl("jdbc:postgresql://host/app?socketTimeout=5&connectTimeout=5&loginTimeout=5&tcpKeepAlive=true");',
        settings: 'socketTimeout=5,connectTimeout=5,loginTimeout=5,tcpKeepAlive=true',
        costs: cutsLong('5 s'),
      },
    ],
    prepared: [
      {
        snippet: 'config.setJdbcUrl("jdbc:postgresql://host/app?prepareThreshold=0");',
        settings: 'prepareThreshold=0',
        costs: parsesAgain,
      },
    ],
  },
  deadpool: {
    pinned: [
      {
        snippet: 'config.target_session_attrs(TargetSessionAttrs::ReadWrite);',
        settings: 'target_session_attrs=read-write',
        costs: asksServer,
      },
    ],
    fixed: [
      list(
        'config.host("pg-1").host("pg-2").host("pg-3").target_session_attrs(TargetSessionAttrs::ReadWrite);',
        'target_session_attrs=read-write',
      ),
    ],
    silent: [
      {
        snippet:
          'Pool::builder(manager).create_timeout(Some(Duration::from_secs(5))); config.tcp_user_timeout(Duration::from_secs(5)).keepalives_idle(Duration::from_secs(5));',
        settings: 'create_timeout_s=5,tcp_user_timeout_s=5,keepalives_idle_s=5',
        costs: quickAway,
      },
    ],
  },
};

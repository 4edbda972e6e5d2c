// node-postgres: one Pool with its defaults (10 connections, no time limit on a connection or a statement).
import { createRequire } from 'node:module';
import pg from 'pg';
import { clientProgram, numbers, tlsOf } from './pgdrill.mjs';

const { version } = createRequire(import.meta.url)('pg/package.json');
const names = {
  pool_size: 'max',
  connect_timeout_ms: 'connectionTimeoutMillis',
  query_timeout_ms: 'query_timeout',
  statement_timeout_ms: 'statement_timeout',
  idle_timeout_ms: 'idleTimeoutMillis',
  max_lifetime_s: 'maxLifetimeSeconds',
};

clientProgram(async ({ path, paths, settings, sql }) => {
  const { hosts, database, user, password } = paths[path];
  // It takes one address: of several, the first.
  const { host, port } = hosts[0];
  const given = numbers(settings, names);
  const keepAlive = settings.keepalive === '1' && { keepAlive: true, keepAliveInitialDelayMillis: 5_000 };
  const pool = new pg.Pool({
    host,
    port,
    database,
    user,
    password,
    ...tlsOf(paths[path]),
    ...given,
    ...keepAlive,
  });
  // Without a listener an idle connection that breaks ends the process (node-postgres issue 3202).
  pool.on('error', () => {});
  await pool.query('select 1');
  const prepared = settings.prepared === '1' && { name: 'pgdrill' };
  return {
    versions: `pg ${version}, Node.js ${process.versions.node}`,
    settings: { max: String(pool.options.max), ...settings },
    async write(worker, op) {
      const { rows } = await pool.query({ text: sql, values: [worker, op], rowMode: 'array', ...prepared });
      return rows[0];
    },
    pool: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
  };
});

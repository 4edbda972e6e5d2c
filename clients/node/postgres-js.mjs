// postgres.js with its defaults (10 connections, prepared statements, connect_timeout 30 s, a backoff of up to 20 s, which all connections share).
import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { clientProgram, numbers, tlsOf } from './pgdrill.mjs';

const { version } = JSON.parse(readFileSync(new URL('node_modules/postgres/package.json', import.meta.url), 'utf8'));
const names = {
  pool_size: 'max',
  connect_timeout_s: 'connect_timeout',
  idle_timeout_s: 'idle_timeout',
  max_lifetime_s: 'max_lifetime',
  backoff_s: 'backoff',
};

// On a new connection postgres.js 3.4.9 asks for the array types with a query that nobody awaits (`fetch_types`). If the
// server ends that connection, the rejection ends the process. A service with an error reporter logs it and lives on.
process.on('unhandledRejection', (error) => console.error('unhandled rejection in postgres.js:', error));

clientProgram(async ({ path, paths, settings, sql: text }) => {
  const { hosts, database, user: username, password } = paths[path];
  const target = settings.target_session_attrs && { target_session_attrs: settings.target_session_attrs };
  const sql = postgres({
    host: hosts.map(({ host }) => host),
    port: hosts.map(({ port }) => port),
    ...{ database, username, password, ...tlsOf(paths[path]) },
    ...numbers(settings, names),
    ...target,
    ...(settings.prepare === '0' && { prepare: false }),
    ...(settings.fetch_types === '0' && { fetch_types: false }),
    onnotice: () => {},
  });
  await sql`select 1`;
  return {
    versions: `postgres.js ${version}, Node.js ${process.versions.node}`,
    settings: { max: String(sql.options.max), ...settings },
    async write(worker, op) {
      const [row] = await sql.unsafe(text, [worker, op], { prepare: settings.prepare !== '0' }).values();
      return row;
    },
  };
});

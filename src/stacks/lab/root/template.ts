/**
 * A data directory of PostgreSQL made once and copied into every lab: initialised, with the seed's three databases and
 * owners and the roles that Patroni and PgBouncer need, then stopped cleanly so that standbys can be made by copying.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stateFolder } from '../../../safety/state-folder.ts';
import { run } from '../hosts/command.ts';
import { enterArgv, hostPath, mountPoints } from '../hosts/enter.ts';

/** The seed's databases; each has an owner of its own name. */
export const databases = ['myapp_dev', 'myapp_staging', 'myapp_prod'] as const;
/** Roles with a password each, created again with every template. */
const roles = ['postgres', 'replicator', 'rewinder', 'pgbouncer', ...databases] as const;
/** Further secrets that are not PostgreSQL's: PgBouncer's console, Patroni's REST API, MinIO's root user. */
const others = ['observer', 'patroni', 'minio'] as const;
export type SecretName = (typeof roles)[number] | (typeof others)[number];
export type Secrets = Readonly<Record<SecretName, string>>;

const rolesSql = (secret: Secrets): string => `
set password_encryption = 'scram-sha-256';
alter role postgres password '${secret.postgres}';
create role replicator login replication password '${secret.replicator}';
-- What pg_rewind needs on the new primary, and no more.
create role rewinder login password '${secret.rewinder}';
grant execute on function pg_ls_dir(text, boolean, boolean), pg_stat_file(text, boolean),
  pg_read_binary_file(text), pg_read_binary_file(text, bigint, bigint, boolean) to rewinder;
-- A standby that must rewind is what waiting clients wait for: they must not keep it out by being many.
grant pg_use_reserved_connections to rewinder;
-- PgBouncer looks up the SCRAM verifier of a role that logs in; it cannot see a superuser's.
create role pgbouncer login password '${secret.pgbouncer}';
create schema pgbouncer;
grant usage on schema pgbouncer to pgbouncer;
create function pgbouncer.user_lookup(in wanted text, out name text, out verifier text)
  language sql security definer set search_path = pg_catalog as
  $$ select rolname, rolpassword from pg_authid where rolname = wanted and rolcanlogin and not rolsuper and not rolreplication $$;
revoke execute on function pgbouncer.user_lookup from public;
grant execute on function pgbouncer.user_lookup to pgbouncer;
${databases.map((name) => `create role ${name} login password '${secret[name]}';\ncreate database ${name} owner ${name};`).join('\n')}
`;

const makeScript = `
set -eu
chown postgres: /var/lib/pgdrill
cd /var/lib/pgdrill
as_postgres="setpriv --reuid postgres --regid postgres --init-groups"
$as_postgres initdb -D data --data-checksums --auth-local=peer --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 >&2
$as_postgres pg_ctl -D data -w -s -l log -o "-c listen_addresses= -c unix_socket_directories=/tmp" start
$as_postgres psql -h /tmp -d postgres -v ON_ERROR_STOP=1 -q -f /etc/pgdrill/roles.sql
$as_postgres pg_ctl -D data -w -s -m fast stop
$as_postgres pg_controldata data | sed -n 's/^Database system identifier: *//p' > system-id
`;

/** What the template is built from, for the cache's key. */
export const templateRecipe = [
  makeScript,
  rolesSql(Object.fromEntries(roles.map((role) => [role, role])) as Secrets),
  others,
];

export interface Template {
  /** The data directory to copy. */
  readonly data: string;
  readonly systemId: string;
  readonly secrets: Secrets;
}

/** Reads a prepared template. */
export async function readTemplate(folder: string): Promise<Template> {
  const systemId = (await readFile(join(folder, 'system-id'), 'utf8')).trim();
  const secrets = JSON.parse(await readFile(join(folder, 'secrets.json'), 'utf8')) as Secrets;
  return { data: join(folder, 'data'), systemId, secrets };
}

/** Makes the template in `folder`, over the root file system at `root`. @throws SetupError with the failing program's words */
export async function makeTemplate(
  root: string,
  folder: string,
  progress: (step: string) => void,
  signal: AbortSignal,
): Promise<void> {
  progress('PostgreSQL: initialising the data directory that labs start from');
  // In the state folder, because the cache may be part of a container's file system, which can carry no overlay.
  const base = join(stateFolder(), 'template.unfinished');
  await rm(base, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const part of ['work', 'root', 'config', 'data', 'log', ...mountPoints.map((point) => `upper/${point}`)])
    await mkdir(join(base, part), { recursive: true });
  const secrets = Object.fromEntries([...roles, ...others].map((name) => [name, randomBytes(12).toString('hex')]));
  await writeFile(join(base, 'config/roles.sql'), rolesSql(secrets as Secrets));
  const [program, ...argv] = enterArgv(root, base, 'template', ['sh', '-c', makeScript]);
  const env = { PATH: hostPath, LC_ALL: 'C.UTF-8' };
  await run('unshare', ['--net', '--', program!, ...argv], { env, signal });
  for (const part of ['data', 'system-id']) await run('mv', [join(base, 'data', part), join(folder, part)]);
  await writeFile(join(folder, 'secrets.json'), JSON.stringify(secrets), { mode: 0o600 });
  await chmod(folder, 0o700);
  await rm(base, { recursive: true });
}

/** Versions and settings, asked of the running programs. */

import { etcdSocket } from './config/etcd.ts';
import { haproxySocket } from './config/haproxy.ts';
import { etcdVersion } from './control/etcd.ts';
import { askHaproxy } from './control/haproxy.ts';
import { connectConsole, connectPostgres } from './control/postgres.ts';
import { insideHost } from './hosts/host.ts';
import { hostId, type Lab, poolerHosts } from './lab.ts';
import { patroniKeys } from './patroni-keys.ts';
import { minioVersion } from './root/minio.ts';
import { named, settingsOf } from './settings.ts';

export interface Facts {
  readonly versions: Record<string, string>;
  readonly settings: Record<string, string>;
}

/** Asks every program what it is and what is in force in it. @throws Error where one does not answer */
export async function readFacts(lab: Lab, primary: string): Promise<Facts> {
  const parts = await Promise.all([
    fromPgbouncer(lab),
    fromPatroni(lab, primary),
    fromPostgres(lab, primary),
    fromHaproxy(lab),
  ]);
  return {
    versions: Object.assign({ minio: minioVersion }, ...parts.map(({ versions }) => versions)),
    settings: Object.assign({}, ...parts.map(({ settings }) => settings)),
  };
}

async function fromPgbouncer({ state, secrets, chosen }: Lab): Promise<Facts> {
  const admin = await connectConsole(hostId(state, poolerHosts(state)[0]!.name), secrets);
  try {
    const version = await admin.query('show version');
    const config = await admin.query('show config');
    const inForce = new Map(config.rows.map(({ key, value }: { key: string; value: string }) => [key, value]));
    const names = ['default_pool_size', ...settingsOf('pgbouncer', chosen).map(({ name }) => name)];
    return {
      versions: { pgbouncer: String(version.rows[0]?.version).replace(/^PgBouncer /, '') },
      settings: named('pgbouncer', names, (name) => inForce.get(name)),
    };
  } finally {
    await admin.end();
  }
}

async function fromPatroni({ state, chosen }: Lab, primary: string): Promise<Facts> {
  const keys = await patroniKeys(state);
  const read = (wanted: string) => JSON.parse(keys.find(({ key }) => key === wanted)?.value ?? '{}');
  const config = read('config') as Record<string, unknown>;
  const member = read(`members/${primary}`) as { version?: string };
  const names = [
    'synchronous_mode',
    'synchronous_mode_strict',
    ...settingsOf('patroni', chosen).map(({ name }) => name),
  ];
  const etcd = await etcdVersion(await insideHost(hostId(state, 'etcd1'), etcdSocket));
  return {
    versions: { patroni: String(member.version), etcd },
    settings: named('patroni', names, (name) =>
      name === 'synchronous_method' ? (config.synchronous_mode === 'quorum' ? 'any' : 'first') : config[name],
    ),
  };
}

async function fromPostgres({ state, topology, chosen }: Lab, primary: string): Promise<Facts> {
  const client = await connectPostgres(hostId(state, primary), 'postgres');
  try {
    const own = ['synchronous_commit', 'max_connections', 'shared_buffers', 'data_checksums', 'fsync'];
    const archiving = topology.archiving ? ['archive_mode', 'archive_command', 'archive_timeout'] : [];
    const names = [...own, ...archiving, ...settingsOf('postgresql', chosen).map(({ name }) => name)];
    const { rows } = await client.query(
      `select name, current_setting(name) as value from pg_settings where name = any($1)`,
      [names],
    );
    const inForce = new Map(rows.map(({ name, value }: { name: string; value: string }) => [name, value]));
    const version = await client.query('show server_version');
    return {
      versions: { postgresql: String(version.rows[0]?.server_version) },
      settings: named('postgresql', names, (name) => inForce.get(name)),
    };
  } finally {
    await client.end();
  }
}

/** HAProxy reports its version but not the timers of its checks: those are what its configuration says. */
async function fromHaproxy({ state, chosen }: Lab): Promise<Facts> {
  const info = await askHaproxy(await insideHost(hostId(state, 'haproxy'), haproxySocket), 'show info');
  const [, version] = /^Version: (\S+)/m.exec(info) ?? [];
  const names = settingsOf('haproxy', chosen).map(({ name }) => name);
  return { versions: { haproxy: String(version) }, settings: named('haproxy', names, (name) => chosen[name]) };
}

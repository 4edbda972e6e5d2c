/** Versions and settings, asked of the running programs. */
import { VersionApi } from '@kubernetes/client-node';
import type { Client } from 'pg';
import type { Durability } from '../../scenario/topology.ts';
import { withUnit } from '../../settings/setting.ts';
import type { Kube } from './api/kube.ts';
import { connectConsole } from './console.ts';
import { postgresContainer, type Site } from './names.ts';
import { type Cluster, clusterKind, refTo } from './objects.ts';
import { type Chosen, type Place, settings } from './settings.ts';

export interface Facts {
  readonly versions: Record<string, string>;
  readonly settings: Record<string, string>;
}

/** @param primary a superuser's connection to the primary @throws Error where a program does not answer */
export async function readFacts(kube: Kube, site: Site, primary: Client, poolerPod: string): Promise<Facts> {
  const parts = await Promise.all([
    fromKubernetes(kube),
    fromOperator(kube, site),
    fromPostgres(primary),
    fromPgbouncer(kube, site.namespace, poolerPod),
  ]);
  return {
    versions: Object.assign({}, ...parts.map(({ versions }) => versions)),
    settings: Object.assign({}, ...parts.map(({ settings }) => settings)),
  };
}

/** What a place is called in the names of settings: `cloudnativepg.smart_shutdown_timeout`. */
export const programOf: Readonly<Record<Place, string>> = {
  pgbouncer: 'pgbouncer',
  cluster: 'cloudnativepg',
  lease: 'cloudnativepg',
  monitoring: 'cloudnativepg',
  postgresql: 'postgresql',
  synchronous: 'cloudnativepg',
};

/** The settings of a place as `program.name` → value with unit. `value` is given the name that the program has for one. */
function named(place: Place, value: (key: string) => unknown): Record<string, string> {
  const ours = Object.entries(settings).filter(([, setting]) => setting.place === place);
  return Object.fromEntries(
    ours.map(([name, { key, takes, default: own }]) => [
      `${programOf[place]}.${name}`,
      withUnit(value(key) ?? own, takes),
    ]),
  );
}

/** What a topology asks for, as it will be found in force. */
export const plannedSettings = (chosen: Chosen, durability: Durability): Record<string, string> => ({
  ...Object.assign(
    {},
    ...(Object.keys(programOf) as Place[]).map((place) => named(place, (key) => chosen[place][key])),
  ),
  'postgresql.synchronous_standby_names': durability === 'asynchronous' ? '' : 'ANY 1 of the others',
});

async function fromKubernetes(kube: Kube): Promise<Facts> {
  const { gitVersion } = await kube.config.makeApiClient(VersionApi).getCode();
  return { versions: { kubernetes: gitVersion.replace(/^v/, '') }, settings: {} };
}

async function fromOperator(kube: Kube, site: Site): Promise<Facts> {
  const cluster = await kube.read<Cluster>(refTo(clusterKind, site.cluster, site.namespace));
  // Every instance runs the operator's own program as its manager.
  const pod = cluster?.status?.currentPrimary ?? '';
  const said = await kube.run(site.namespace, pod, postgresContainer, ['/controller/manager', 'version']);
  const [, version = 'unknown'] = /Version:(\S+)/.exec(said) ?? [];
  const spec: Readonly<Record<string, unknown>> = cluster?.spec ?? {};
  const { synchronous = {} } = (spec.postgresql ?? {}) as { synchronous?: Readonly<Record<string, unknown>> };
  const part = (name: string) => (spec[name] ?? {}) as Readonly<Record<string, unknown>>;
  return {
    versions: { cloudnativepg: version },
    settings: {
      ...named('cluster', (key) => spec[key]),
      ...named('synchronous', (key) => switchOf(synchronous[key])),
      ...named('lease', (key) => part('primaryLease')[key]),
      ...named('monitoring', (key) => wholeSeconds(part('monitoring')[key])),
    },
  };
}

const switchOf = (value: unknown): unknown => (typeof value === 'boolean' ? (value ? 'on' : 'off') : value);

/** `30s` → `30`; a duration of more than one unit as it is. */
const wholeSeconds = (duration: unknown) => /^(\d+)s$/.exec(String(duration))?.[1] ?? duration;

async function fromPostgres(client: Client): Promise<Facts> {
  const own = [
    'synchronous_commit',
    'synchronous_standby_names',
    'max_connections',
    'shared_buffers',
    'data_checksums',
    'fsync',
  ];
  const { rows } = await client.query<{ name: string; value: string; whole: string; unit: string | null }>(
    'select name, current_setting(name) as value, setting as whole, unit from pg_settings',
  );
  const inForce = new Map(rows.map(({ name, value }) => [name, value]));
  const seconds = (key: string) => inSeconds(rows.find(({ name }) => name === key));
  return {
    versions: { postgresql: inForce.get('server_version') ?? 'unknown' },
    settings: {
      ...Object.fromEntries(own.map((name) => [`postgresql.${name}`, inForce.get(name) ?? 'unknown'])),
      ...named('postgresql', seconds),
    },
  };
}

/** PostgreSQL keeps some in ms; reported in seconds, as they are set. */
const inSeconds = (found?: { readonly whole: string; readonly unit: string | null }): number =>
  Number(found?.whole) / (found?.unit === 'ms' ? 1_000 : 1);

async function fromPgbouncer(kube: Kube, namespace: string, pod: string): Promise<Facts> {
  const admin = await connectConsole(kube, namespace, pod);
  try {
    const version = await admin.query('show version');
    const config = await admin.query('show config');
    const inForce = new Map(config.rows.map(({ key, value }: { key: string; value: string }) => [key, value]));
    const own = ['default_pool_size', 'max_client_conn'];
    return {
      versions: { pgbouncer: String(version.rows[0]?.version).replace(/^PgBouncer /, '') },
      settings: {
        ...Object.fromEntries(own.map((name) => [`pgbouncer.${name}`, String(inForce.get(name))])),
        ...named('pgbouncer', (key) => inForce.get(key)),
      },
    };
  } finally {
    await admin.end().catch(() => {});
  }
}

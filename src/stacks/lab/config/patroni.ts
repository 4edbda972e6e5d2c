/** Patroni: what is the cluster's (in etcd, the same for all) and what is one instance's (a file). */
import { stringify } from 'yaml';
import type { Durability, Topology } from '../../../scenario/topology.ts';
import { unitOf } from '../../../settings/setting.ts';
import { archiveCommand } from '../backup/store.ts';
import { type HostPlan, ofKind, ports, subnet } from '../plan.ts';
import type { Secrets } from '../root/template.ts';
import type { Chosen } from '../settings.ts';
import { settings, settingsOf } from '../settings.ts';
import { dataDirectory, postgresSocketFolder, scope } from './places.ts';

/** The seed's parameters; those of memory and WAL are scaled down, since three instances share one small machine. */
const parameters = {
  max_connections: 200,
  shared_buffers: '64MB', // seed: 256MB
  effective_cache_size: '192MB', // seed: 768MB
  maintenance_work_mem: '32MB', // seed: 128MB
  checkpoint_completion_target: 0.9,
  wal_buffers: '2MB', // seed: 8MB
  random_page_cost: 1.1,
  effective_io_concurrency: 200,
  work_mem: '4MB',
  min_wal_size: '80MB', // seed: 1GB
  max_wal_size: '512MB', // seed: 4GB
  // Enough to catch up a host that was away for a drill, without a slot that could fill the disk.
  wal_keep_size: '256MB',
  password_encryption: 'scram-sha-256',
  // A standby's long query must not be cancelled by clean-up on the primary.
  hot_standby_feedback: 'on',
  // Evidence for the journal: who connected when.
  log_connections: 'on',
  log_line_prefix: '%m [%p] ',
  log_timezone: 'UTC',
};

type TopologyPart = Pick<Topology, 'durability' | 'archiving' | 'walDiskMegabytes'>;

/** WAL fits its disk, with as much again for a checkpoint that is late: without a fault the disk never fills. */
const walDiskParameters = (megabytes: number): Record<string, string> => ({
  max_wal_size: `${Math.max(32, Math.floor(0.3 * megabytes))}MB`,
  min_wal_size: '32MB',
  wal_keep_size: `${Math.floor(0.2 * megabytes)}MB`,
});

const archivingParameters = (chosen: Chosen): Record<string, string> => ({
  archive_mode: chosen.archive_mode!,
  archive_command: archiveCommand,
  archive_timeout: `${chosen.archive_timeout}s`,
});

/** The part of the configuration that lives in etcd. */
export function clusterConfig(
  { durability, archiving, walDiskMegabytes }: TopologyPart,
  chosen: Chosen,
): Record<string, unknown> {
  const own = settingsOf('patroni', chosen).filter(({ name }) => name !== 'synchronous_method');
  const timers = Object.fromEntries(own.map(({ name, value }) => [name, typed(value)]));
  const ofServer = Object.fromEntries(
    settingsOf('postgresql', chosen).map(({ name, value }) => [name, `${value}${unitOf(settings[name]?.takes)}`]),
  );
  return {
    ...timers,
    ...synchronousMode(durability, chosen.synchronous_method),
    postgresql: {
      // A deposed primary rejoins by rewinding what it has too much; data checksums make that safe.
      use_pg_rewind: true,
      use_slots: true,
      parameters: {
        ...parameters,
        ...(walDiskMegabytes && walDiskParameters(walDiskMegabytes)),
        ...ofServer,
        ...(archiving && archivingParameters(chosen)),
      },
    },
  };
}

const typed = (value: string): number | boolean => (/^(on|off)$/.test(value) ? value === 'on' : Number(value));

/** `required`: no write is acknowledged by one instance alone, ever. `preferred`: unless no standby is left. */
function synchronousMode(durability: Durability, method = 'first'): Record<string, boolean | string> {
  const mode = method === 'any' ? 'quorum' : true;
  return {
    synchronous_mode: durability === 'asynchronous' ? false : mode,
    synchronous_mode_strict: durability === 'required',
  };
}

/** The file of one instance. */
export function patroniYaml(host: HostPlan, hosts: readonly HostPlan[], network: number, secret: Secrets): string {
  return stringify({
    scope,
    name: host.name,
    log: {
      dir: '/var/log/pgdrill',
      level: 'INFO',
      format: '%(asctime)s.%(msecs)03d UTC %(levelname)s: %(message)s',
      dateformat: '%Y-%m-%d %H:%M:%S',
    },
    restapi: {
      listen: `${host.address}:${ports.patroni}`,
      connect_address: `${host.address}:${ports.patroni}`,
      // Reading is free (HAProxy does), changing needs a password.
      authentication: { username: 'patroni', password: secret.patroni },
    },
    etcd3: { hosts: ofKind(hosts, 'etcd').map((member) => `${member.address}:${ports.etcdClient}`) },
    postgresql: {
      listen: `${host.address}:${ports.postgres}`,
      connect_address: `${host.address}:${ports.postgres}`,
      data_dir: dataDirectory,
      bin_dir: '/usr/lib/postgresql/17/bin',
      pgpass: '/run/postgresql/pgpass',
      // A standby that is recreated otherwise waits for a checkpoint that takes its time: minutes on an idle primary.
      basebackup: [{ checkpoint: 'fast' }],
      use_unix_socket: true,
      parameters: { unix_socket_directories: postgresSocketFolder },
      authentication: {
        superuser: { username: 'postgres', password: secret.postgres },
        replication: { username: 'replicator', password: secret.replicator },
        rewind: { username: 'rewinder', password: secret.rewinder },
      },
      pg_hba: [
        // The observer comes in by the socket as the machine's root, so that no fault of the network cuts it off.
        'local all postgres peer map=machine',
        'local all all scram-sha-256',
        `host replication replicator ${subnet(network)} scram-sha-256`,
        `host all all ${subnet(network)} scram-sha-256`,
      ],
      pg_ident: ['machine root postgres', 'machine postgres postgres'],
    },
  });
}

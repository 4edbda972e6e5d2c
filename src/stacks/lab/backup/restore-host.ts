/** A host of its own for a restored instance: made when a restore begins, and thrown away with everything on it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { S3Account } from '../../../object-store/s3.ts';
import { until } from '../../../wait.ts';
import type { RecoveryTarget } from '../../backup/recovery-target.ts';
import { recoveryTargetTime } from '../../backup/server-time.ts';
import { dataDirectory, postgresSocketFolder } from '../config/places.ts';
import { initOf, insideHost, layOutHost, startHost } from '../hosts/host.ts';
import { joinNetwork } from '../hosts/network.ts';
import { hostId, type Lab } from '../lab.ts';
import { type HostPlan, planRestoreHost, ports } from '../plan.ts';
import { hostsFile, initScript } from '../services.ts';
import { writeState } from '../state.ts';
import { restoreCommand, storeFiles } from './store.ts';

const readyFile = '/run/prepared';

/** Puts one more host into the running lab, with PostgreSQL's configuration for this recovery. */
export async function addRestoreHost(
  lab: Lab,
  account: S3Account,
  target: RecoveryTarget,
  signal: AbortSignal,
): Promise<HostPlan> {
  const { state, chosen } = lab;
  const host = planRestoreHost(state.hosts, state.network);
  state.hosts.push(host);
  // On disk first, so that a later clean-up finds it.
  await writeState(state);
  await joinNetwork(state.id, [host], signal);
  const files = {
    init: initScript(initLines(Number(chosen.restore_disk))),
    'postgresql.conf': configuration(host, target),
    'pg_hba.conf': 'local all postgres peer map=machine\n',
    'pg_ident.conf': 'machine root postgres\nmachine postgres postgres\n',
    ...storeFiles(account),
  };
  await layOutHost(hostId(state, host.name), files, hostsFile(state.hosts));
  await startHost(hostId(state, host.name), state.lower, signal);
  // It is started as soon as its init runs; what the init does first must be done too.
  const prepared = async () => existsSync(await insideHost(hostId(state, host.name), readyFile)) || undefined;
  await until(prepared, { withinMs: 10_000, everyMs: 20, what: `host ${host.name} to be prepared`, signal });
  return host;
}

/** Bytes that the host has received, as its interface counts them. */
export async function receivedBytes({ state }: Lab, host: HostPlan): Promise<number> {
  const init = await initOf(hostId(state, host.name));
  const table = init ? await readFile(`/proc/${init.pid}/net/dev`, 'utf8') : '';
  return Number(/^\s*eth0:\s*(\d+)/m.exec(table)?.[1] ?? 0);
}

const initLines = (diskMegabytes: number): string[] => [
  ...(diskMegabytes > 0 ? [`mount -t tmpfs -o size=${diskMegabytes}m disk /var/lib/pgdrill`] : []),
  'chown postgres: /var/lib/pgdrill /var/log/pgdrill',
  `install -d -o postgres -g postgres ${postgresSocketFolder}`,
  `: > ${readyFile}`,
];

/**
 * Not the cluster's own configuration, which came with the backup and names its archive and its standbys. Limits that
 * recovery checks (max_connections …) are at least as large as there.
 */
function configuration({ address }: HostPlan, target: RecoveryTarget): string {
  const parameters = {
    data_directory: dataDirectory,
    hba_file: '/etc/pgdrill/pg_hba.conf',
    ident_file: '/etc/pgdrill/pg_ident.conf',
    unix_socket_directories: postgresSocketFolder,
    listen_addresses: address,
    port: String(ports.postgres),
    max_connections: '200',
    shared_buffers: '64MB',
    archive_mode: 'off',
    restore_command: restoreCommand,
    recovery_target_timeline: 'latest',
    ...(target.kind === 'time' && {
      recovery_target_time: recoveryTargetTime(target.serverTime),
      recovery_target_action: 'promote',
    }),
    log_timezone: 'UTC',
  };
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = '${value}'\n`)
    .join('');
}

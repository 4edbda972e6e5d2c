/** Restores the lab's cluster from the store alone, into one instance on a host of its own. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { SetupError } from '../../../errors.ts';
import { readOnlyAccount } from '../../../object-store/object-store.ts';
import { missingSegments } from '../../../postgres/wal-names.ts';
import { until } from '../../../wait.ts';
import { archivedFiles } from '../../backup/barman-archive.ts';
import { backupFor, type StoredBackup } from '../../backup/catalogue.ts';
import { restoreCause } from '../../backup/cause.ts';
import type { RecoveryTarget } from '../../backup/recovery-target.ts';
import { RestoreFailed } from '../../backup/restore-failed.ts';
import type { BackupOptions, Restored } from '../../backups.ts';
import { dataDirectory } from '../config/places.ts';
import { connectPostgres, loadDatabase } from '../control/postgres.ts';
import { outputOf } from '../hosts/command.ts';
import { postgresProcesses } from '../hosts/processes.ts';
import { removeHost } from '../hosts/remove-host.ts';
import { runAsPostgres } from '../hosts/run-in.ts';
import { hostId, type Lab } from '../lab.ts';
import { hostFolders } from '../paths.ts';
import type { HostPlan } from '../plan.ts';
import { addRestoreHost, receivedBytes } from './restore-host.ts';
import { barman, objectStore, serverName } from './store.ts';

const logFile = 'postgresql.log';

/** @throws RestoreFailed with the cause in one sentence, after removing what there is of the new instance */
export async function restoreBackup(lab: Lab, target: RecoveryTarget, options: BackupOptions): Promise<Restored> {
  const { signal, withinMs, progress } = options;
  const startedMs = performance.now();
  const leftMs = () => Math.max(1_000, withinMs - (performance.now() - startedMs));
  const backup = await backupFor(objectStore(lab), serverName, target, signal);
  const { account, proof } = await readOnlyAccount(objectStore(lab), signal);
  const host = await addRestoreHost(lab, account, target, signal);
  try {
    progress(`restoring backup ${backup.id} on ${host.name}`);
    const baseMs = await fetchBase(lab, host, backup, leftMs(), signal);
    progress(`replaying WAL on ${host.name}`);
    const client = await recover(lab, host, leftMs(), signal);
    try {
      const facts = { backup: backup.id, baseMs, ...(await sizes(lab, host)), ...(await timelineOf(client)) };
      return restored(lab, host, { ...facts, cannotWrite: `${proof}; archive_mode is off` });
    } finally {
      await client.end();
    }
  } catch (error) {
    const cause = await whyFailed(lab, host, backup, error);
    await removeHost(lab.state, host.name);
    signal.throwIfAborted();
    throw new RestoreFailed(backup.id, cause, error);
  }
}

/** @returns how long it took, ms */
async function fetchBase(
  lab: Lab,
  host: HostPlan,
  { id }: StoredBackup,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<number> {
  const startedMs = performance.now();
  await runAsPostgres(hostId(lab.state, host.name), barman('restore', [], [id, dataDirectory]), { signal, timeoutMs });
  return performance.now() - startedMs;
}

/** Starts PostgreSQL and waits until it has recovered and takes writes. @returns a connection to it */
async function recover(lab: Lab, host: HostPlan, withinMs: number, signal: AbortSignal): Promise<Client> {
  const id = hostId(lab.state, host.name);
  const log = `/var/log/pgdrill/${logFile}`;
  // The backup was taken from a standby, and says so.
  const script = `cd ${dataDirectory} && rm -f standby.signal && touch recovery.signal && chmod 700 . &&
    exec pg_ctl -D ${dataDirectory} -W -l ${log} -o "-c config_file=/etc/pgdrill/postgresql.conf" start`;
  await runAsPostgres(id, ['sh', '-c', script], { signal });
  let why = '';
  const ended = async (): Promise<Client | undefined> => {
    const client = await connectPostgres(id, loadDatabase).catch((error: Error) => void (why = error.message));
    if (!client) {
      // Nobody listens and nobody runs: a server that is starting up refuses too, but it runs.
      if (/ENOENT|ECONNREFUSED/.test(why) && (await postgresProcesses(id)).length === 0)
        throw new SetupError('PostgreSQL ended while it recovered');
      return undefined;
    }
    const { rows } = await client.query<{ recovering: boolean }>('select pg_is_in_recovery() as recovering');
    if (!rows[0]!.recovering) return client;
    why = 'it still replays';
    await client.end();
    return undefined;
  };
  return until(ended, { withinMs, what: 'the restored instance to take writes', signal, why: () => why });
}

async function sizes(lab: Lab, host: HostPlan): Promise<{ bytes: number; readBytes: number }> {
  const said = await runAsPostgres(hostId(lab.state, host.name), ['du', '--bytes', '--summarize', dataDirectory]);
  return { bytes: Number(said.split('\t')[0]), readBytes: await receivedBytes(lab, host) };
}

async function timelineOf(client: Client): Promise<{ timeline: number }> {
  const sql = `select ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int as timeline`;
  return (await client.query<{ timeline: number }>(sql)).rows[0]!;
}

function restored(lab: Lab, host: HostPlan, facts: Restored['facts']): Restored {
  return {
    instance: { kind: 'instance', name: host.name, host: host.name, address: host.address },
    facts,
    connect: (database = loadDatabase) => connectPostgres(hostId(lab.state, host.name), database),
    async [Symbol.asyncDispose]() {
      await removeHost(lab.state, host.name);
    },
  };
}

async function whyFailed(lab: Lab, host: HostPlan, backup: StoredBackup, error: unknown): Promise<string> {
  const log = await readFile(join(hostFolders(lab.state.id, host.name).log, logFile), 'utf8').catch(() => '');
  const fatal = log
    .split('\n')
    .filter((line) => /FATAL|PANIC|ERROR|No space left|invalid value|restored log file/.test(line))
    .join('\n');
  const missing = await archivedFiles(objectStore(lab), serverName)
    .then((names) => missingSegments(names, backup.beginWal))
    .catch(() => []);
  return restoreCause(`${outputOf(error)}\n${fatal}`, missing);
}

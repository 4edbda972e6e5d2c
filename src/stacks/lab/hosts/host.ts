/** One simulated host: its folders, its start, its processes, its sudden end. */
import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from '../../../errors.ts';
import { log as harness } from '../../../log/log.ts';
import { isAlive, type Owner, ownerOf } from '../../../safety/owner.ts';
import { until } from '../../../wait.ts';
import { hostFolders } from '../paths.ts';
import { enterArgv, hostPath, mountPoints } from './enter.ts';
import { inNetwork, isIn, namespaceOf, processesIn } from './network.ts';

/** A host that was planned for a running lab. */
export interface HostId {
  readonly labId: string;
  readonly name: string;
}

/** Makes a host's folders with its configuration. */
export async function layOutHost(
  host: HostId,
  config: Readonly<Record<string, string>>,
  hostsFile: string,
): Promise<void> {
  const folders = hostFolders(host.labId, host.name);
  await Promise.all(
    [folders.work, folders.root, folders.config, folders.data, folders.log]
      .concat(mountPoints.map((point) => join(folders.upper, point)))
      .map((folder) => mkdir(folder, { recursive: true })),
  );
  await mkdir(join(folders.upper, 'etc'), { recursive: true });
  await Promise.all([
    writeFile(join(folders.upper, 'etc/hosts'), hostsFile),
    // The lab's names are all in /etc/hosts; nothing may ask a name server.
    writeFile(join(folders.upper, 'etc/resolv.conf'), ''),
    ...Object.entries(config).map(([name, text]) => writeFile(join(folders.config, name), text, { mode: 0o644 })),
  ]);
}

/**
 * Starts the host's init over the layers `lower` and waits until it runs.
 * The host is nobody's child: it outlives this process.
 * @throws SetupError with the last words of the start script
 */
export async function startHost(host: HostId, lower: string, signal?: AbortSignal): Promise<Owner> {
  const folders = hostFolders(host.labId, host.name);
  await rm(folders.init, { force: true });
  const boot = join(folders.log, 'boot.log');
  const log = await open(boot, 'a');
  const [program, ...argv] = inNetwork(
    host.labId,
    host.name,
    enterArgv(lower, folders.base, host.name, ['sh', '/etc/pgdrill/init']),
  );
  harness.debug('host starts', { host: host.name, lab: host.labId });
  const starting = spawn(program!, argv, {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { PATH: `${hostPath}:/usr/local/bin`, LC_ALL: 'C.UTF-8' },
  });
  let failure: string | undefined;
  starting.once('error', (error) => (failure = error.message));
  starting.once('exit', () => (failure ??= 'its init ended'));
  starting.unref();
  await log.close();
  const started = async () => {
    if (failure !== undefined)
      throw new SetupError(`host ${host.name} did not start: ${await lastLine(boot, failure)}`);
    return initOf(host);
  };
  return until(started, {
    withinMs: 10_000,
    everyMs: 10,
    what: `host ${host.name} to start`,
    ...(signal && { signal }),
  });
}

/** The host's init, or undefined where the host is down. */
export async function initOf(host: HostId): Promise<Owner | undefined> {
  const text = await readFile(hostFolders(host.labId, host.name).init, 'utf8').catch(() => '');
  const init = text.endsWith('\n') ? await ownerOf(Number(text)) : undefined;
  // A number that was given to another process since is not in the host's network.
  return init && (await isIn(namespaceOf(host.labId, host.name), init.pid)) ? init : undefined;
}

/** Numbers of all processes of the host, as the machine counts them; `clients`’ are those of the load. */
export const processesOf = (host: HostId): Promise<number[]> => processesIn([namespaceOf(host.labId, host.name)]);

/**
 * Kills the init of the host's process namespace; the kernel then kills all that ran in it, at once.
 * Resolves with how many processes there were once none is left.
 */
export async function killHost(host: HostId): Promise<number> {
  const before = await processesOf(host);
  const init = await initOf(host);
  if (init && (await isAlive(init))) {
    harness.debug('signal', { host: host.name, pid: init.pid, signal: 'SIGKILL', processes: before.length });
    process.kill(init.pid, 'SIGKILL');
  }
  const gone = async () => ((await processesOf(host)).length === 0 ? true : undefined);
  await until(gone, { withinMs: 10_000, everyMs: 5, what: `the processes of host ${host.name} to go` });
  return before.length;
}

/** A file inside a running host as the machine sees it: the way to its sockets. @throws SetupError where it is down */
export async function insideHost(host: HostId, path: string): Promise<string> {
  const init = await initOf(host);
  if (!init) throw new SetupError(`host ${host.name} is down`);
  return `/proc/${init.pid}/root${path}`;
}

async function lastLine(file: string, otherwise: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').at(-1) || otherwise;
}

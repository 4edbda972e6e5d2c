/** The processes of a host one by one, as the machine's /proc shows them. */
import { readFile } from 'node:fs/promises';
import { log } from '../../../log/log.ts';
import { type HostId, processesOf } from './host.ts';

export interface HostProcess {
  /** As the machine counts. */
  readonly pid: number;
  readonly parent: number;
  /** The program's name, cut at 15 characters by the kernel. */
  readonly name: string;
  /** One letter of proc(5): R, S, D, T (stopped), Z … */
  readonly state: string;
}

/** All processes of a host that are not dead yet. */
export async function listProcesses(host: HostId): Promise<HostProcess[]> {
  const pids = await processesOf(host);
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')));
  return stats.flatMap((stat) => parseStat(stat) ?? []).filter(({ state }) => state !== 'Z');
}

/** Reads a line of /proc/PID/stat: `29 (name) S 1 …`; the name may itself hold brackets and blanks. */
export function parseStat(stat: string): HostProcess | undefined {
  const [, pid, name, state, parent] = /^(\d+) \((.*)\) (\S) (\d+) /s.exec(stat) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), name: name!, state: state!, parent: Number(parent) };
}

/** All processes of PostgreSQL in a host. */
export async function postgresProcesses(host: HostId): Promise<HostProcess[]> {
  return (await listProcesses(host)).filter(({ name }) => name === 'postgres');
}

/** The one that forked the others; undefined where PostgreSQL is down. */
export async function postmaster(host: HostId): Promise<HostProcess | undefined> {
  const all = await postgresProcesses(host);
  const pids = new Set(all.map(({ pid }) => pid));
  return all.find(({ parent }) => !pids.has(parent));
}

/** Patroni itself; undefined where it is down. */
export async function patroni(host: HostId): Promise<HostProcess | undefined> {
  return (await listProcesses(host)).find(({ name }) => name === 'patroni');
}

/** PgBouncer; undefined where it is down. */
export async function pgbouncer(host: HostId): Promise<HostProcess | undefined> {
  return (await listProcesses(host)).find(({ name }) => name === 'pgbouncer');
}

/** Sends a signal; a process that has ended meanwhile is not an error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  log.debug('signal', { pid, signal });
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

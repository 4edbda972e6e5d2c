/** The log of CloudNativePG's instance manager: each call to the archive, and what it and PostgreSQL say of their service. */
import { wallToMonotonicNs } from '../../observe/log-line.ts';
import type { Sink } from '../../observe/observer.ts';
import { ServerLog } from '../../observe/server-log.ts';
import type { Kube } from '../api/kube.ts';
import { postgresContainer } from '../names.ts';
import { followLog } from './follow-log.ts';
import { instanceFact } from './instance-facts.ts';

/**
 * Follows the log from now on, until it is disposed of. The pod's wall clock is taken for the driver's, as in the log of a
 * pooler.
 */
export function watchInstanceLog(kube: Kube, namespace: string, instance: string, sink: Sink): AsyncDisposable {
  const container = { namespace, pod: () => instance, container: postgresContainer };
  const logs = {
    postgresql: new ServerLog(instance, 'postgresql', sink),
    'cloudnative-pg': new ServerLog(instance, 'cloudnative-pg', sink),
  };
  const following = followLog(kube, container, (line) => {
    const found = instanceFact(line);
    if (found) logs[found.program].add(found.fact, monotonicNs(found.at));
    const call = archiveCall(line);
    if (!call) return;
    const { from, until, ...rest } = call;
    const times = { fromNs: monotonicNs(from), untilNs: monotonicNs(until) };
    sink({ kind: 'archivecall', instance, ...rest, ...times }, process.hrtime.bigint());
  });
  return {
    async [Symbol.asyncDispose]() {
      await following[Symbol.asyncDispose]();
      for (const log of Object.values(logs)) log[Symbol.dispose]();
    },
  };
}

const monotonicNs = (at: Date): bigint => BigInt(at.getTime()) * 1_000_000n + wallToMonotonicNs();

interface ArchiveCall {
  readonly does: 'fetch' | 'store';
  readonly file: string;
  readonly found: boolean;
  readonly failed?: true;
  readonly from: Date;
  readonly until: Date;
}

/**
 * The messages that end a call, each with `walName`, `startTime` and `endTime`. Others of the same call repeat it, or report a
 * call that never left the pod: a timeline in the future, a file that was fetched ahead.
 */
const ends: Readonly<Record<string, Pick<ArchiveCall, 'does' | 'found' | 'failed'>>> = {
  'Restored WAL file': { does: 'fetch', found: true },
  'WAL file not found in the recovery object store': { does: 'fetch', found: false },
  'Failed restoring WAL file (Postgres might retry)': { does: 'fetch', found: false, failed: true },
  'Archived WAL file': { does: 'store', found: true },
  'Failed archiving WAL: PostgreSQL will retry': { does: 'store', found: false, failed: true },
};

/** A line of the manager's log after the kubelet's time; undefined where it ends no call to the archive. */
export function archiveCall(line: string): ArchiveCall | undefined {
  const start = line.indexOf('{');
  // Most lines are PostgreSQL's own.
  if (start < 0 || !line.includes('"walName"')) return undefined;
  try {
    const { msg = '', walName, startTime, endTime } = JSON.parse(line.slice(start)) as Record<string, string>;
    const what = ends[msg];
    if (!what || !walName || !startTime || !endTime) return undefined;
    const [from, until] = [new Date(startTime), new Date(endTime)];
    if (Number.isNaN(from.getTime()) || Number.isNaN(until.getTime())) return undefined;
    return { ...what, file: walName.slice(walName.lastIndexOf('/') + 1), from, until };
  } catch {
    return undefined;
  }
}

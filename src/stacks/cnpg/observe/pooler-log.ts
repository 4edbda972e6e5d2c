/** PgBouncer's own log in a Pooler's pod: it sees every connection that samples of SHOW POOLS miss. */
import { classifyPgbouncer, tellEvents } from '../../observe/log-events.ts';
import { wallToMonotonicNs } from '../../observe/log-line.ts';
import type { Sink } from '../../observe/observer.ts';
import type { Kube } from '../api/kube.ts';
import { pgbouncerContainer } from '../names.ts';
import { followLog } from './follow-log.ts';

/** Lines are gathered so long before equal ones are counted together. */
const gatherMs = 100;

/**
 * Follows the log from now on, until it is disposed of. The pod's wall clock is taken for the driver's, which is true where
 * its node is a container on the same machine.
 * @param pod of the pooler, which may be another at another time
 */
export function watchPoolerLog(
  kube: Kube,
  namespace: string,
  pooler: string,
  pod: () => string,
  sink: Sink,
): AsyncDisposable {
  let lines: { atNs: bigint; text: string }[] = [];
  const flush = () => {
    const batch = lines;
    lines = [];
    tellEvents(pooler, batch, classifyPgbouncer, sink);
  };
  const timer = setInterval(flush, gatherMs);
  const following = followLog(kube, { namespace, pod, container: pgbouncerContainer }, (line) => {
    const record = pgbouncerRecord(line);
    if (record) lines.push({ atNs: BigInt(record.at.getTime()) * 1_000_000n + wallToMonotonicNs(), text: record.text });
  });
  return {
    async [Symbol.asyncDispose]() {
      await following[Symbol.asyncDispose]();
      clearInterval(timer);
      flush();
    },
  };
}

/** PgBouncer's line within the JSON that CloudNativePG's manager logs, as PgBouncer writes it to a file. */
export function pgbouncerRecord(line: string): { at: Date; text: string } | undefined {
  const start = line.indexOf('{');
  if (start < 0) return undefined;
  try {
    const { record } = JSON.parse(line.slice(start)) as {
      record?: { timestamp: string; pid: string; level: string; msg: string };
    };
    if (!record) return undefined;
    const at = new Date(record.timestamp.replace(' UTC', 'Z').replace(' ', 'T'));
    return { at, text: `[${record.pid}] ${record.level} ${record.msg}` };
  } catch {
    return undefined;
  }
}

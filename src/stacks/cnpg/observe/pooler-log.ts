/** PgBouncer's own log in a Pooler's pod: it sees every connection that samples of SHOW POOLS miss. */
import { setTimeout as sleep } from 'node:timers/promises';
import { classifyPgbouncer, tellEvents } from '../../observe/log-events.ts';
import { wallToMonotonicNs } from '../../observe/log-line.ts';
import type { Sink } from '../../observe/observer.ts';
import type { Kube } from '../api/kube.ts';
import { pgbouncerContainer } from '../names.ts';

/** Lines are gathered so long before equal ones are counted together. */
const gatherMs = 100;
const retryMs = 500;

/**
 * Follows the log from now on, until it is disposed of; where the stream ends it begins again. The pod's wall clock is taken
 * for the driver's, which is true where its node is a container on the same machine.
 * @param pod of the pooler, which may be another at another time
 */
export function watchPoolerLog(
  kube: Kube,
  namespace: string,
  pooler: string,
  pod: () => string,
  sink: Sink,
): AsyncDisposable {
  const stop = new AbortController();
  const { signal } = stop;
  let lines: { atNs: bigint; text: string }[] = [];
  const flush = () => {
    const batch = lines;
    lines = [];
    tellEvents(pooler, batch, classifyPgbouncer, sink);
  };
  const timer = setInterval(flush, gatherMs);
  let lastStamp = '';

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      await kube
        .followLog(
          namespace,
          pod(),
          pgbouncerContainer,
          (line) => {
            const stamp = line.slice(0, line.indexOf(' '));
            // After a new beginning the last second comes again.
            if (stamp <= lastStamp) return;
            lastStamp = stamp;
            const record = pgbouncerRecord(line);
            if (record)
              lines.push({ atNs: BigInt(record.at.getTime()) * 1_000_000n + wallToMonotonicNs(), text: record.text });
          },
          signal,
        )
        .catch(() => {});
      await sleep(retryMs, undefined, { signal }).catch(() => {});
    }
  }
  const following = follow();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await following;
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

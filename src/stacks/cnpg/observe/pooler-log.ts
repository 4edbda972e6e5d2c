/** PgBouncer's own log in a Pooler's pod: it sees every connection that samples of SHOW POOLS miss. */
import { classifyPgbouncer, tellEvents } from '../../observe/log-events.ts';
import { wallToMonotonicNs } from '../../observe/log-line.ts';
import type { Sink } from '../../observe/observer.ts';
import type { Kube } from '../api/kube.ts';
import { pgbouncerContainer } from '../names.ts';
import { followLog } from './follow-log.ts';
import { noteCuts, SampledLog } from './sampler.ts';

/** Lines are gathered so long before equal ones are counted together. */
const gatherMs = 100;

/**
 * Follows the log from now on, until it is disposed of; then notes the seconds in which lines were left out of it. The pod's
 * wall clock is taken for the driver's, which is true where its node is a container on the same machine.
 * @param pod of the pooler, which may be another at another time
 */
export function watchPoolerLog(
  kube: Pick<Kube, 'followLog'>,
  namespace: string,
  pooler: string,
  pod: () => string,
  sink: Sink,
): AsyncDisposable {
  let lines: { atNs: bigint; text: string }[] = [];
  const sampled = new SampledLog();
  const flush = () => {
    const batch = lines;
    lines = [];
    tellEvents(pooler, batch, classifyPgbouncer, sink);
  };
  const timer = setInterval(flush, gatherMs);
  const following = followLog(kube, { namespace, pod, container: pgbouncerContainer }, (line) => {
    const record = pgbouncerRecord(line);
    if (!record) return;
    const offsetNs = wallToMonotonicNs();
    lines.push({ atNs: BigInt(record.at.getTime()) * 1_000_000n + offsetNs, text: record.text });
    sampled.take(record.writtenNs, offsetNs);
  });
  return {
    async [Symbol.asyncDispose]() {
      await following[Symbol.asyncDispose]();
      clearInterval(timer);
      flush();
      noteCuts(pooler, sampled, sink);
    },
  };
}

interface Record {
  readonly at: Date;
  readonly text: string;
  /** When the manager wrote it, ns since 1970: its sampler goes by this time. */
  readonly writtenNs: bigint;
}

/** PgBouncer's line within the JSON that CloudNativePG's manager logs, as PgBouncer writes it to a file. */
export function pgbouncerRecord(line: string): Record | undefined {
  const start = line.indexOf('{');
  if (start < 0) return undefined;
  try {
    const { record, ts } = JSON.parse(line.slice(start)) as {
      record?: { timestamp: string; pid: string; level: string; msg: string };
      ts?: string;
    };
    if (!record) return undefined;
    const at = new Date(record.timestamp.replace(' UTC', 'Z').replace(' ', 'T'));
    const writtenNs = nanoseconds(ts) ?? BigInt(at.getTime()) * 1_000_000n;
    return { at, text: `[${record.pid}] ${record.level} ${record.msg}`, writtenNs };
  } catch {
    return undefined;
  }
}

/** `2026-11-22T17:00:17.04Z` with up to nine decimals, in ns since 1970. */
function nanoseconds(ts: string | undefined): bigint | undefined {
  const [, second, fraction = ''] = /^(.*T\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(ts ?? '') ?? [];
  if (second === undefined) return undefined;
  return BigInt(Date.parse(`${second}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** The wait of a primary for a standby: with synchronous replication no commit ends before one has it. */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { interval } from '../interval.ts';
import type { Edge } from './edge.ts';

type Look = EventOf<'replica'>;

/**
 * The end of the wait that lies in [fromUs, endUs]: the first look that finds a synchronous standby streaming after looks
 * that found none. Undefined where one streamed all along, where commits do not wait for one, or where nobody looked.
 * @param primary the new one, where there was a failover: a standby first has to follow its timeline
 */
export function standbyWait(run: Run, fromUs: number, endUs: number, primary?: string): Edge | undefined {
  if (run.header.topology.durability === 'asynchronous') return undefined;
  const without = timesWithout(run.replicas).filter(({ sinceUs, untilUs }) => sinceUs < endUs && untilUs > fromUs);
  const last = without.at(-1);
  if (!last) return undefined;
  const atUs = Math.min(endUs, last.untilUs);
  const inner = primary === undefined ? undefined : followed(run, primary, fromUs, atUs);
  return {
    observer: 'sql',
    atUs,
    at: interval(Math.min(atUs, Math.max(last.lastSeenUs, fromUs)), atUs),
    evidence: last.evidence,
    ...(last.instance !== undefined && { instance: last.instance }),
    ...(inner && { inner }),
  };
}

interface Without {
  /** The first look that found no standby. */
  readonly sinceUs: number;
  /** The last such look. */
  readonly lastSeenUs: number;
  /** The look that found one again; infinite where none did. */
  readonly untilUs: number;
  /** The instance that streamed first again. */
  readonly instance?: string;
  readonly evidence: readonly number[];
}

/** Times in which no look found a synchronous standby that streams. The instances are looked at one after another. */
function timesWithout(replicas: readonly Look[]): Without[] {
  const latest = new Map<string, Look>();
  const found: Without[] = [];
  let open: { sinceUs: number; lastSeenUs: number; evidence: number[] } | undefined;
  for (const look of replicas) {
    latest.set(look.instance, look);
    const standbys = [...latest.values()].filter(({ syncState }) => syncState !== 'primary');
    if (standbys.length === 0) continue;
    const back = standbys.find(isSynchronous);
    if (back) {
      const evidence = [...(open?.evidence.slice(0, 1) ?? []), look.seq];
      if (open) found.push({ ...open, untilUs: look.tUs, instance: back.instance, evidence });
      open = undefined;
    } else {
      open ??= { sinceUs: look.tUs, lastSeenUs: look.tUs, evidence: [look.seq] };
      open.lastSeenUs = look.tUs;
    }
  }
  return open ? [...found, { ...open, untilUs: Number.POSITIVE_INFINITY }] : found;
}

/** A standby that commits wait for. */
export const isSynchronous = ({ streaming, syncState }: Look): boolean =>
  streaming && (syncState === 'sync' || syncState === 'quorum');

/** When the first standby followed the newest timeline of the new primary: what comes after is the connection. */
function followed({ roles }: Run, primary: string, fromUs: number, untilUs: number): Edge['inner'] {
  const timeline = Math.max(
    0,
    ...roles.filter(({ instance, tUs }) => instance === primary && tUs <= untilUs).map((seen) => seen.timeline ?? 0),
  );
  const first = roles.find(
    (seen) =>
      seen.tUs > fromUs &&
      seen.tUs < untilUs &&
      seen.role === 'replica' &&
      seen.instance !== primary &&
      seen.timeline === timeline,
  );
  return first && { atUs: first.tUs, evidence: [first.seq] };
}

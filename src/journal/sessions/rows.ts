/** Batches of sessions that read their own writes: whether they agree with themselves, and their rows. */
import { any, batchProblem, natural, type Range, rangeOf, refuse } from '../columns/table.ts';
import { type EventOf, type Outcome, outcomes } from '../event.ts';

type Batch = EventOf<'session'>;

/**
 * @returns when the first and the last of its rows were done, µs
 * @throws Error in plain words where the columns contradict each other
 */
export function checkedSessions(batch: Batch): Range {
  const { baseUs, start, took } = batch;
  const orNone = [-1, 2 ** 53] as const;
  refuse(
    batchProblem(batch, {
      ...{ client: natural, start: any, took: natural, wrote: natural, floor: natural, misses: natural },
      ...{ read: orNone, missed: orNone, found: orNone, missedAt: natural },
      path: [0, batch.paths.length],
      outcome: [0, outcomes.length],
      error: [-1, batch.errors.length],
      server: [-1, batch.servers.length],
    }),
  );
  const row = batch.client.findIndex((_, i) => contradicts(batch, i));
  refuse(row < 0 ? undefined : `the reads of row ${row} contradict each other`);
  return rangeOf(Float64Array.from(start, (at, row) => baseUs + at + took[row]!));
}

/** Whether a row says of its reads what no session can have seen. */
function contradicts({ wrote, took, read, misses, missed, found }: Batch, row: number): boolean {
  const [first, last, hit] = [read[row]!, missed[row]!, found[row]!];
  const until = took[row]! - wrote[row]!;
  if (misses[row]! > 0 !== last >= 0 || Math.max(first, last, hit) > until) return true;
  if (first < 0) return last >= 0 || hit >= 0;
  // A first read that misses is the first of the misses; one that finds is the hit.
  if (misses[row] === 0) return hit !== first;
  return last < first || (misses[row] === 1 && last !== first) || (hit >= 0 && hit <= last);
}

/** What reads on a replica saw of a write. Times are µs on the run's clock; undefined where there is none. */
export interface ReadBack {
  /** The acknowledgement, or another answer to the write. */
  readonly ackUs: number;
  /** Position of the WAL behind the write, bytes; 0: unknown. */
  readonly floor: number;
  readonly readUs: number | undefined;
  readonly misses: number;
  readonly missedUs: number | undefined;
  readonly missedAt: number;
  readonly foundUs: number | undefined;
  /** The replica that answered the first read. */
  readonly server: string | undefined;
}

/** One write of a session. */
export interface SessionWrite extends ReadBack {
  readonly seq: number;
  readonly outcome: Outcome;
  readonly startUs: number;
}

/** All rows, in the order of the journal. */
export function sessionWrites(batches: readonly Batch[]): SessionWrite[] {
  return batches.flatMap((batch) =>
    batch.outcome.map((code, row): SessionWrite => {
      const startUs = batch.baseUs + batch.start[row]!;
      const ackUs = startUs + batch.wrote[row]!;
      const at = (column: readonly number[]) => (column[row]! < 0 ? undefined : ackUs + column[row]!);
      return {
        ...{ seq: batch.seq + row, outcome: outcomes[code]!, startUs, ackUs, floor: batch.floor[row]! },
        ...{ readUs: at(batch.read), misses: batch.misses[row]!, missedUs: at(batch.missed) },
        ...{ missedAt: batch.missedAt[row]!, foundUs: at(batch.found), server: batch.servers[batch.server[row]!] },
      };
    }),
  );
}

/** How long an instance waited for the archive: PostgreSQL asks it for WAL and timelines, one file after another. */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';

/** Calls to the archive within a stretch of time. */
interface ArchiveWait {
  readonly calls: number;
  /** How long at least one of them was under way, µs. */
  readonly us: number;
  /** Of the calls those that failed, for the archive could not be asked. */
  readonly failed: number;
  readonly evidence: readonly number[];
}

/**
 * What one instance's log shows between two moments (µs): calls in one direction, of which several may run at once.
 * @returns undefined where it shows none, which is also what it shows where nobody followed it
 */
export function archiveWait(
  { archiveCalls }: Run,
  instance: string | undefined,
  does: EventOf<'archivecall'>['does'],
  fromUs: number,
  untilUs: number,
): ArchiveWait | undefined {
  const own = archiveCalls
    .filter((call) => call.instance === instance && call.does === does)
    .filter((call) => call.fromUs < untilUs && call.untilUs > fromUs)
    .sort((a, b) => a.fromUs - b.fromUs);
  if (own.length === 0) return undefined;
  let us = 0;
  let coveredUs = fromUs;
  for (const call of own) {
    const endUs = Math.min(call.untilUs, untilUs);
    us += Math.max(0, endUs - Math.max(call.fromUs, coveredUs));
    coveredUs = Math.max(coveredUs, endUs);
  }
  return {
    calls: own.length,
    us,
    failed: own.filter(({ failed }) => failed).length,
    evidence: own.map(({ seq }) => seq),
  };
}

/** For tests: the run that a journal with a planted defect gives, without its text being written and read. */
import { Collector } from '../collect.ts';
import { eventSchema, type JournalEvent } from '../event.ts';
import type { Run } from '../run.ts';

/** The lines of a stored journal. */
export const eventsOf = (text: string): JournalEvent[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => eventSchema.parse(JSON.parse(line)));

/** @returns undefined where the reader refuses the journal: that is an answer, too */
export function runOf(events: readonly JournalEvent[], known: ReadonlySet<unknown> = new Set()): Run | undefined {
  const collector = new Collector();
  try {
    if (events[0]?.kind !== 'run') return undefined;
    for (const event of events) {
      if (!known.has(event) && !eventSchema.safeParse(event).success) return undefined;
      collector.add(event);
    }
    return collector.finish();
  } catch {
    return undefined;
  }
}

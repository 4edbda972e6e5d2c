import { expect } from 'chai';
import { backupStory } from '../../journal/backup-story.ts';
import type { EventOf, JournalEvent } from '../../journal/event.ts';
import { readRun } from '../../journal/read.ts';
import { restoreDoubts } from './restores.ts';

const doubts = async (change: (events: JournalEvent[]) => readonly object[] = (events) => events): Promise<string> =>
  restoreDoubts(await readRun(change(backupStory().events()).map((event) => JSON.stringify(event)))).join('\n');
const change =
  <K extends JournalEvent['kind']>(kind: K, to: (event: EventOf<K>) => object) =>
  (events: JournalEvent[]) =>
    events.map((event) => (event.kind === kind ? to(event as EventOf<K>) : event));

describe('a restore is in doubt where', () => {
  it('nothing is amiss: then it is not', async () => {
    expect(await doubts()).to.equal('');
  });

  const proofs: Record<string, readonly [Partial<EventOf<'proof'>>, RegExp]> = {
    'its proof contradicts itself': [{ rows: 0 }, /says 0 rows, but lists/],
    'no relation was checked': [{ relations: 0 }, /no table or index of restore-1 was checked/],
    'no sequence was checked': [{ sequences: [] }, /no sequence of restore-1 was checked/],
    'its contents were not read': [{ digest: '' }, /contents of restore-1 were not read/],
    'it was examined before it was restored': [{ tUs: 1 }, /looked at before it was restored/],
    'its proof is of another restore': [{ restore: 'restore-7' }, /a proof of restore-7, which was not restored/],
  };
  for (const [name, [found, doubt]] of Object.entries(proofs))
    it(name, async () => {
      expect(await doubts(change('proof', (proof) => ({ ...proof, ...found })))).to.match(doubt);
    });

  const restores: Record<string, readonly [Partial<EventOf<'restore'>>, RegExp]> = {
    'nobody showed that it could not write': [{ cannotWrite: '' }, /could not write to the store was not shown/],
    'it aimed at another moment than the mark': [
      { target: { kind: 'time', mark: 'm', serverTime: '2026-01-01T00:00:09Z' } },
      /aimed at another moment than the mark m/,
    ],
    'it aimed at a mark that nobody made': [
      { target: { kind: 'time', mark: 'x', serverTime: '2026-01-01T00:00:30Z' } },
      /aimed at the mark x, which nobody made/,
    ],
    'it began before the mark': [{ fromUs: 29e6 }, /began before the mark m/],
    'it ended before it began': [{ untilUs: 40e6 }, /ended before it began/],
    'its base backup is not in the journal': [{ backup: 'b9' }, /a base backup that the journal does not have/],
    'it began before its backup was complete': [{ fromUs: 19e6 }, /before its base backup was complete/],
  };
  for (const [name, [altered, doubt]] of Object.entries(restores))
    it(name, async () => {
      expect(await doubts(change('restore', (restore) => ({ ...restore, ...altered })))).to.match(doubt);
    });

  it('others took its base backup, which has an age then: only then it is not', async () => {
    const own = change('restore', (restore) => ({ ...restore, backup: 'nightly' }));
    const aged = change('restore', (restore) => ({ ...restore, backup: 'nightly', backupAgeMs: 3_600_000 }));
    const onCluster = change('run', (run) => ({ ...run, needs: ['restore'] }));
    const doubt = /a base backup that the journal does not have/;
    expect(await doubts((events) => onCluster(aged(events) as JournalEvent[]))).to.equal('');
    expect(await doubts((events) => onCluster(own(events) as JournalEvent[]))).to.match(doubt);
    expect(await doubts(aged)).to.match(doubt);
  });

  const marks: Record<string, readonly [Partial<EventOf<'mark'>>, RegExp]> = {
    'its mark is known to 6 s only': [{ beforeUs: 24e6 }, /moment of the mark m is not known to 5 s/],
    'its mark was written long after': [{ tUs: 45e6 }, /mark m was not written when it was made/],
    'its mark is on a timeline of nobody': [{ timeline: 7 }, /the mark m is on timeline 7, on which nobody wrote/],
    'its mark lies elsewhere in the WAL': [{ lsn: 9e9 }, /mark m contradicts \d+,?\d* writes about where the WAL was/],
  };
  for (const [name, [altered, doubt]] of Object.entries(marks))
    it(name, async () => {
      expect(await doubts(change('mark', (mark) => ({ ...mark, ...altered })))).to.match(doubt);
    });

  it('its base backup took longer than all of it', async () => {
    const longer = change('restore', (restore) => ({ ...restore, baseMs: 99_000 }));
    expect(await doubts(longer)).to.contain('took longer than all of it');
  });

  it('two restores have one name', async () => {
    const twice = (events: JournalEvent[]) =>
      events.flatMap((event): JournalEvent[] => (event.kind === 'restore' ? [event, event] : [event]));
    expect(await doubts(twice)).to.contain('two restores have the name restore-1');
  });

  it('nothing was restored to a mark', async () => {
    const none = (events: JournalEvent[]) => events.filter(({ kind }) => kind !== 'restore' && kind !== 'proof');
    expect(await doubts(none)).to.equal('nothing was restored to the mark m');
  });

  it('a backup was not in the store in the end', async () => {
    const store = { kind: 'store', seq: 99_999, tUs: 61e6, backups: [], files: 0, missing: [] };
    expect(await doubts((events) => [...events, store])).to.contain('the backup b1 was not in the store in the end');
  });
});

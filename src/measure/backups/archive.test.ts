import { expect } from 'chai';
import type { EventOf } from '../../journal/event.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { segmentEnd } from '../../postgres/wal-names.ts';
import { archiveDrain, archiveFailures, archiveHoles, archiveLag, archiveSwitch } from './archive.ts';

type Look = Partial<EventOf<'archive'>>;
const third = '000000010000000000000003';
const look: Omit<EventOf<'archive'>, 'seq' | 'tUs' | 'kind'> = {
  ...{ instance: 'pg-1', timeline: 1, waiting: 0, archived: 3, failed: 0 },
  ...{ lastArchived: third, lastFailed: '', historyArchived: true },
};
/** 60 s of writes whose WAL leaves the archived segment at 20 s, with looks at these times. */
const story = (looks: readonly (readonly [second: number, look: Look])[], switches: readonly number[] = []) => {
  const end = segmentEnd({ timeline: 1, number: 3 });
  const change = (rows: { dueUs: number; lsn: number }[]) => {
    for (const row of rows) row.lsn = row.dueUs < 20e6 ? end - 100 : end + 100;
  };
  const journal = synthetic().writes({ perSecond: 50, switches, change });
  for (const [second, more] of looks) journal.line('archive', second, { ...look, ...more });
  return journal;
};

describe('archiveLagMs', () => {
  it('is the age of the oldest write that was not archived when the fault came', async () => {
    const found = archiveLag(
      await story([
        [29, {}],
        [31, {}],
      ])
        .fault('crash', { at: 30 })
        .run(),
    );
    expect(found.value).to.be.within(9_900, 10_000);
  });

  it('may be less where the archive went on before the next look', async () => {
    const found = archiveLag(
      await story([
        [29, {}],
        [31, { lastArchived: '000000010000000000000004' }],
      ])
        .fault('crash', { at: 30 })
        .run(),
    );
    expect(found.lower).to.equal(0);
    expect(found.value).to.be.above(9_000);
  });
});

describe('archiveDrainMs', () => {
  const away = (looks: Parameters<typeof story>[0]) => story(looks).fault('store-down', { at: 10, heal: 30 }).run();

  it('is from the return of the store until nothing waits', async () => {
    const found = archiveDrain(
      await away([
        [12, { waiting: 2 }],
        [29, { waiting: 5 }],
        [34, { waiting: 1 }],
        [35, {}],
      ]),
    );
    expect(found).to.include({ lower: 4_000, note: '5 files had to wait' });
    expect(found.value).to.be.within(4_980, 5_000);
  });

  it('has no upper bound where something waits to the end', async () => {
    expect(
      archiveDrain(
        await away([
          [29, { waiting: 5 }],
          [50, { waiting: 4 }],
        ]),
      ),
    ).to.include({ upper: null });
  });

  it('is not measured where the store was not needed while it was away', async () => {
    expect(
      archiveDrain(
        await away([
          [20, {}],
          [31, {}],
        ]),
      ).value,
    ).to.equal(null);
  });
});

describe('archiveSwitchMs', () => {
  const onTwo = { timeline: 2, instance: 'pg-2' };

  it('is from the first write on the new timeline until WAL of it is archived; a history file is none', async () => {
    const run = await story(
      [
        [10, {}],
        [42, { ...onTwo, lastArchived: '00000002.history' }],
        [50, { ...onTwo, lastArchived: '000000020000000000000004' }],
      ],
      [40],
    ).run();
    expect(archiveSwitch(run).value).to.be.within(9_900, 10_000);
    expect(archiveSwitch(run).lower).to.be.within(1_900, 2_000);
  });

  it('has no upper bound where that never happened', async () => {
    expect(
      archiveSwitch(
        await story(
          [
            [10, {}],
            [42, onTwo],
            [55, onTwo],
          ],
          [40],
        ).run(),
      ),
    ).to.include({ upper: null });
  });
});

describe('archiveHoles', () => {
  const backups = [{ id: 'b1', endedAt: '2026-01-01T00:00:00Z', bytes: 1 }];
  const holes = async (store: Partial<EventOf<'store'>>) =>
    archiveHoles(
      await synthetic()
        .line('store', 61, { backups, files: 9, missing: [], ...store })
        .run(),
    );

  it('are the segments that a recovery from the oldest backup on would miss', async () => {
    expect(await holes({ missing: [third] })).to.include({ value: 1, note: third });
    expect(await holes({})).to.include({ value: 0, note: 'at the end of the run, among 9 archived files' });
  });

  it('are not to be counted without a backup', async () => {
    expect((await holes({ backups: [] })).value).to.equal(null);
  });
});

describe('archiveFailures', () => {
  it('counts from the first look on, separately for each archiver', async () => {
    const run = await story([
      [10, { failed: 2 }],
      [20, { failed: 5 }],
      [30, { instance: 'pg-2', failed: 0 }],
      [40, { instance: 'pg-2', failed: 1, lastFailed: 'x' }],
    ]).run();
    expect(archiveFailures(run)).to.include({ value: 4, note: 'the last was x' });
  });
});

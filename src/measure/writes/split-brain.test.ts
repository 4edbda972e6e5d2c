import { expect } from 'chai';
import { readRun } from '../../journal/read.ts';
import { type Synthetic, synthetic } from '../../journal/synthetic.ts';
import type { OpRow } from '../../journal/synthetic-load.ts';
import { lostBytes, splitBrain } from './split-brain.ts';

/** 50 writes a second; the new timeline takes over after 30 s. */
const switched = (change?: (rows: OpRow[]) => void) =>
  synthetic()
    .writes({ switches: [30], ...(change && { change }) })
    .ledger();

/** The run of this journal, in which an instance has one more address. */
const withAddress = (journal: Synthetic, name: string, address: string) =>
  readRun(
    journal
      .events()
      .map((event) =>
        JSON.stringify(
          event.kind === 'stack' ? { ...event, instances: [...event.instances, { name, address, host: name }] } : event,
        ),
      ),
  );

describe('splitBrainMs', () => {
  it('is 0 where the new timeline began after the old one had ended', async () => {
    expect(splitBrain(await switched().run())).to.include({ value: 0, upper: 0 });
  });

  it('lies between what was surely and what was possibly at once', async () => {
    const journal = switched((rows) => {
      // Sent at 32.0 s, acknowledged by the deposed primary at 32.5 s.
      Object.assign(rows[1600]!, { timeline: 1, sentUs: 32_000_000, doneUs: 32_500_000 });
    });
    expect(splitBrain(await journal.run())).to.include({ lower: 1_998, upper: 2_500, note: 'timelines 1 and 2' });
  });

  it('cites the last write of the old timeline and the first of the new one, by when they were acknowledged', async () => {
    const run = await switched((rows) => {
      Object.assign(rows[1500]!, { doneUs: 30_500_000 });
      Object.assign(rows[1498]!, { doneUs: 30_100_000 });
    }).run();
    expect(splitBrain(run)).to.include({ lower: 0, upper: 100 });
    expect(splitBrain(run).evidence).to.deep.equal([run.ops.seq[1498], run.ops.seq[1501]]);
  });

  it('counts what the deposed primary itself acknowledged on its timeline', async () => {
    const run = await switched(
      (rows) => void Object.assign(rows[1600]!, { timeline: 1, server: '198.18.0.21', outcome: 1 }),
    ).run();
    expect(splitBrain(run)).to.include({ lower: 32_000 - 30_002, upper: 32_002 - 30_000 });
    expect(splitBrain(run).evidence).to.deep.equal([run.ops.seq[1600], run.ops.seq[1500]]);
    const refused = switched((rows) => void Object.assign(rows[1600]!, { timeline: 1, outcome: 3 }));
    expect(splitBrain(await refused.run()).upper, 'a write that nobody acknowledged').to.equal(0);
  });

  it('says on which timelines writes were acknowledged, and how long one was silent before the next', async () => {
    const note = 'all acknowledged writes are of timeline 1';
    expect(splitBrain(await synthetic().writes().run())).to.include({ value: 0, note });
    expect(splitBrain(await switched().run()).note).to.match(
      /^timeline 2 took its first write of the load \d+\.\d+ s after the last on the timeline before$/,
    );
  });

  describe('where two instances acknowledge on one timeline', () => {
    const by = (server: string | undefined, rows: readonly number[], more: Partial<OpRow> = {}) =>
      synthetic()
        .writes({ change: (all) => rows.forEach((row) => void Object.assign(all[row]!, { server, ...more })) })
        .run();
    const note = 'pg-1 and pg-3 both acknowledged on timeline 1';

    it('lasts from the first write of the second one to the last write of either', async () => {
      const run = await by('198.18.0.23', [1000, 1100]);
      expect(splitBrain(run)).to.include({ lower: 59_980 - 20_002, upper: 59_982 - 20_000, note });
      expect(splitBrain(run).evidence).to.deep.equal([run.ops.seq[2999], run.ops.seq[1000]]);
    });

    it('lasts to the last write of the second one, where the first is silent by then', async () => {
      const run = await by(
        '198.18.0.23',
        Array.from({ length: 2000 }, (_, i) => 1000 + i),
      );
      expect(splitBrain(run)).to.include({ lower: 59_980 - 20_002, upper: 59_982 - 20_000, note });
    });

    it('begins with the one that was acknowledged later, whichever was sent first', async () => {
      const run = await by('198.18.0.23', [0], { doneUs: 5e6 });
      expect(splitBrain(run)).to.include({ lower: 59_980 - 5_000, upper: 59_982, note });
    });

    it('is nothing where a write does not say who took it', async () => {
      expect(splitBrain(await by(undefined, [1000])).upper).to.equal(0);
    });

    it('is nothing where one instance got another address', async () => {
      const change = (rows: OpRow[]) => rows.slice(1000).forEach((row) => void (row.server = '198.18.0.99'));
      const run = await withAddress(synthetic().writes({ change }), 'pg-1', '198.18.0.99');
      expect(splitBrain(run)).to.include({ value: 0, upper: 0, note: 'all acknowledged writes are of timeline 1' });
    });
  });

  describe('of instances that got another address', () => {
    it('goes by the last acknowledgement of the old primary under any of its addresses', async () => {
      for (const [early, late] of [
        ['198.18.0.99', '198.18.0.21'],
        ['198.18.0.21', '198.18.0.99'],
        ['198.18.0.99', '198.18.0.99'],
      ] as const) {
        const journal = switched((rows) => {
          for (const row of rows.slice(100, 200)) Object.assign(row, { timeline: 1, server: early });
          for (const row of rows.slice(1600, 1700)) Object.assign(row, { timeline: 1, server: late });
        });
        const run = await withAddress(journal, 'pg-1', '198.18.0.99');
        expect(splitBrain(run), late).to.include({ lower: 33_980 - 30_002, upper: 33_982 - 30_000 });
        expect(splitBrain(run).evidence, late).to.deep.equal([run.ops.seq[1699], run.ops.seq[1500]]);
      }
    });

    it('goes by the first acknowledgement of the new one under any of its addresses', async () => {
      const journal = switched((rows) => {
        for (const row of rows.slice(1550)) row.server = '198.18.0.98';
        Object.assign(rows[1600]!, { timeline: 1, server: '198.18.0.21' });
      });
      const run = await withAddress(journal, 'pg-2', '198.18.0.98');
      expect(splitBrain(run)).to.include({ lower: 32_000 - 30_002, upper: 32_002 - 30_000 });
      expect(splitBrain(run).evidence).to.deep.equal([run.ops.seq[1600], run.ops.seq[1500]]);
    });
  });

  it('may be nothing where only the answer came late', async () => {
    const journal = switched((rows) => void (rows[1499]!.doneUs = 30_100_000));
    expect(splitBrain(await journal.run())).to.include({ value: 0, lower: 0, upper: 100 });
  });

  it('is taken over all pairs of timelines', async () => {
    const journal = synthetic().writes({
      switches: [20, 40],
      change: (rows) => void Object.assign(rows[2250]!, { timeline: 1 }),
    });
    expect(splitBrain(await journal.run()).lower).to.be.within(24_900, 25_000);
  });

  it('is not measurable where no write says its timeline', async () => {
    const journal = synthetic().writes({ change: (rows) => rows.forEach((row) => void (row.timeline = 0)) });
    expect(splitBrain(await journal.run()).value).to.equal(null);
  });
});

describe('lostBytes', () => {
  it('is 0 where the new timeline forked off behind the last acknowledged write', async () => {
    expect(lostBytes(await switched().run()).value).to.equal(0);
  });

  it('is the WAL that was acknowledged beyond the fork', async () => {
    const beyond = (rows: OpRow[]) => void (rows[1499]!.lsn += 4_096);
    expect(lostBytes(await switched(beyond).run()).value).to.equal(4_096 - 256);
  });

  it('looks at the fork that ended each timeline', async () => {
    const twice = synthetic().writes({ switches: [20, 40], change: (rows) => void (rows[999]!.lsn += 4_096) });
    expect(lostBytes(await twice.ledger().run()).value).to.equal(4_096 - 256);
  });

  it('is that of the worst fork, and cites the last write before it and the read of the primary', async () => {
    const change = (rows: OpRow[]) => {
      rows[999]!.lsn += 4_096;
      Object.assign(rows[1999]!, { lsn: rows[1999]!.lsn + 8_192, outcome: 1 });
    };
    const events = synthetic()
      .writes({ switches: [20, 40], change })
      .ledger()
      .events();
    const reversed = events.map((event) =>
      event.kind === 'ledger' ? { ...event, forks: [...event.forks].reverse() } : event,
    );
    for (const lines of [events, reversed]) {
      const run = await readRun(lines.map((line) => JSON.stringify(line)));
      expect(lostBytes(run).value).to.equal(8_192 - 256);
      expect(lostBytes(run).evidence).to.deep.equal([run.ops.seq[1999], run.ledgers[0]!.seq]);
    }
  });

  it('takes the fork that ended a timeline, in whichever order they are listed', async () => {
    const change = (rows: OpRow[]) => void (rows[999]!.lsn += 4_096);
    const events = synthetic()
      .writes({ switches: [20, 40], change })
      .ledger()
      .events();
    const reversed = events.map((event) =>
      event.kind === 'ledger' ? { ...event, forks: [...event.forks].reverse() } : event,
    );
    const run = await readRun(reversed.map((line) => JSON.stringify(line)));
    expect(lostBytes(run).value).to.equal(4_096 - 256);
  });

  it('goes by the last position under any address of the instance', async () => {
    const journal = switched((rows) => {
      for (const row of rows.slice(100, 200)) row.server = '198.18.0.99';
      rows[1499]!.lsn += 4_096;
    });
    expect(lostBytes(await withAddress(journal, 'pg-1', '198.18.0.99')).value).to.equal(4_096 - 256);
  });

  it('counts no WAL of a write that was not acknowledged', async () => {
    const unknown = (rows: OpRow[]) => void Object.assign(rows[1499]!, { lsn: rows[1499]!.lsn + 4_096, outcome: 3 });
    expect(lostBytes(await switched(unknown).run()).value).to.equal(0);
  });

  it('is not measurable without a read of the primary', async () => {
    expect(lostBytes(await synthetic().writes().run()).note).to.equal(
      'not measurable: the ledger of the primary was not read',
    );
  });

  it('is 0 without a failover, and unknown without positions', async () => {
    const calm = await synthetic().writes().ledger().run();
    expect(lostBytes(calm)).to.include({ value: 0, note: 'no failover happened' });
    expect(lostBytes(calm).evidence).to.deep.equal([calm.ledgers[0]!.seq]);
    const blank = synthetic()
      .writes({ change: (rows) => rows.forEach((row) => void (row.lsn = 0)) })
      .ledger();
    expect(lostBytes(await blank.run()).value).to.equal(null);
  });
});

import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import type { SlotRow } from '../../journal/synthetic-load.ts';
import { monotonicViolations, primaryStaleReads, staleRead } from './stale.ts';

/** Direct slots are written 1 ms after they were due, every 10 ms; `saw` is what read i found. */
const reading = (saw: (i: number) => number) =>
  synthetic({ seconds: 20 })
    .stream('direct')
    .stream('readonly', { change: (rows) => rows.forEach((row, i) => void (row.saw = saw(i))) })
    .run();

describe('staleReadMs', () => {
  it('is 0 where every read found what was done before it began', async () => {
    expect(staleRead(await reading((i) => i - 1))).to.include({ value: 0, note: 'none of 1,999 reads was stale' });
  });

  it('is how long a write had been done when a read last missed it', async () => {
    const stuck = await reading((i) => (i < 500 ? i - 1 : i < 800 ? 499 : i - 1));
    // Slot 500 was done at 5.001 s, and read 799, at 7.990 s, still found 499.
    expect(staleRead(stuck).value).to.equal(2_989);
  });

  it('does not hold writes against a reader that nobody was acknowledged', async () => {
    const journal = synthetic({ seconds: 40 }).stream('direct', { down: [5, 20] });
    journal.stream('readonly', { change: (rows) => rows.forEach((row, i) => void (row.saw = i < 500 ? i - 1 : 499)) });
    const found = staleRead(await journal.run());
    // Only from the first write after the outage on.
    expect(found.value).to.be.within(39_990 - 20_001 - 20, 39_990 - 20_001);
  });

  it('is not measurable where no read says what it saw', async () => {
    expect(staleRead(await reading(() => -1)).value).to.equal(null);
    expect(staleRead(await synthetic().stream('readonly').run()).value).to.equal(null);
  });
});

describe('primaryStaleReads', () => {
  const writing = (change: (rows: SlotRow[]) => void) => synthetic().stream('pooler-1', { change }).run();

  it('is 0 where each write finds the one before it', async () => {
    expect(primaryStaleReads(await writing(() => {})).value).to.equal(0);
  });

  it('counts the writes that found less than had been acknowledged', async () => {
    const forgot = await writing((rows) => void (rows[300]!.saw = 250));
    expect(primaryStaleReads(forgot)).to.include({
      value: 1,
      note: 'a write that had been acknowledged was not there',
    });
  });

  it('allows for what was not acknowledged before the write began', async () => {
    const slow = await writing((rows) => {
      rows[299]!.took = 15_000;
      rows[300]!.saw = 298;
    });
    expect(primaryStaleReads(slow).value).to.equal(0);
  });
});

describe('monotonicViolations', () => {
  it('counts reads behind an earlier read of the same session', async () => {
    expect(monotonicViolations(await reading((i) => (i === 700 ? 600 : i))).value).to.equal(1);
    expect(monotonicViolations(await reading((i) => (i >= 700 && i < 710 ? 600 : i))).value).to.equal(10);
    expect(monotonicViolations(await reading((i) => i)).value).to.equal(0);
  });

  it('is about reads on a kept connection, not about writes or fresh connections', async () => {
    const back = (rows: SlotRow[]) => void (rows[70]!.saw = 5);
    const journal = synthetic().stream('direct', { change: back });
    journal.stream('readonly-fresh', { path: 'readonly', fresh: true, stepUs: 200_000, change: back });
    expect(monotonicViolations(await journal.run()).note).to.contain('no read-only stream');
    expect(monotonicViolations(await journal.stream('readonly').run()).value).to.equal(0);
  });

  it('begins again with a new session', async () => {
    const broken = synthetic().stream('readonly', {
      change: (rows) => {
        for (const [i, row] of rows.entries()) row.saw = i < 700 ? i : i - 100;
        Object.assign(rows[699]!, { outcome: 1, saw: -1 });
      },
    });
    expect(monotonicViolations(await broken.run()).value).to.equal(0);
  });
});

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
    expect(staleRead(stuck).evidence).to.deep.equal([stuck.slots.get('readonly')!.seq[799]]);
  });

  it('does not hold writes against a reader that nobody was acknowledged', async () => {
    const journal = synthetic({ seconds: 40 }).stream('direct', { down: [5, 20] });
    journal.stream('readonly', { change: (rows) => rows.forEach((row, i) => void (row.saw = i < 500 ? i - 1 : 499)) });
    const found = staleRead(await journal.run());
    // Only from the first write after the outage on.
    expect(found.value).to.be.within(39_990 - 20_001 - 20, 39_990 - 20_001);
  });

  it('goes by reads that were answered', async () => {
    const refused = (rows: SlotRow[]) => {
      for (const [i, row] of rows.entries()) row.saw = i - 1;
      Object.assign(rows[700]!, { outcome: 1, saw: 100 });
    };
    const journal = synthetic().stream('direct').stream('readonly', { change: refused });
    expect(staleRead(await journal.run()).value).to.equal(0);
  });

  it('is not measurable without a stream that writes directly, or one that reads', async () => {
    const note = 'not measurable: it needs a direct and a read-only stream';
    expect(staleRead(await synthetic().stream('readonly').run()).note).to.equal(note);
    expect(staleRead(await synthetic().stream('direct').run()).note).to.equal(note);
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
    expect(primaryStaleReads(await writing(() => {})).note).to.equal(undefined);
  });

  it('counts the writes that found less than had been acknowledged', async () => {
    const forgot = await writing((rows) => void (rows[300]!.saw = 250));
    expect(primaryStaleReads(forgot)).to.include({
      value: 1,
      note: 'a write that had been acknowledged was not there',
    });
    expect(primaryStaleReads(forgot).evidence).to.deep.equal([forgot.slots.get('pooler-1')!.seq[300]]);
  });

  it('allows for what was not acknowledged before the write began', async () => {
    const slow = await writing((rows) => {
      rows[299]!.took = 15_000;
      rows[300]!.saw = 298;
    });
    expect(primaryStaleReads(slow).value).to.equal(0);
  });
});

describe('primaryStaleReads of slots out of the ordinary', () => {
  const missed = async (change: (rows: SlotRow[]) => void) =>
    primaryStaleReads(await synthetic().stream('pooler-1', { change }).run()).value;

  it('are 0 where the slot before failed, the write failed, or does not say what it found', async () => {
    const failedBefore = (rows: SlotRow[]) => {
      rows[299]!.outcome = 1;
      rows[300]!.saw = 298;
    };
    expect(await missed(failedBefore)).to.equal(0);
    expect(await missed((rows) => void Object.assign(rows[300]!, { outcome: 1, saw: 250 }))).to.equal(0);
    expect(await missed((rows) => void (rows[300]!.saw = -1))).to.equal(0);
  });

  it('counts a write that found nothing but the first slot', async () => {
    expect(await missed((rows) => void (rows[300]!.saw = 0))).to.equal(1);
  });

  it('go by when slots were acknowledged, not by their order', async () => {
    const overtaken = (rows: SlotRow[]) => {
      rows[298]!.took = 25_000;
      rows[300]!.saw = 297;
    };
    expect(await missed(overtaken)).to.equal(1);
  });

  it('are not measurable where no stream writes, and not about reads', async () => {
    const readers = synthetic().stream('readonly', { change: (rows) => void (rows[300]!.saw = 5) });
    expect(primaryStaleReads(await readers.run()).note).to.equal('not measurable: no stream writes');
    expect(primaryStaleReads(await readers.stream('direct').run()).value).to.equal(0);
  });
});

describe('monotonicViolations', () => {
  it('counts reads behind an earlier read of the same session', async () => {
    expect(monotonicViolations(await reading((i) => (i === 700 ? 600 : i))).value).to.equal(1);
    expect(monotonicViolations(await reading((i) => (i >= 700 && i < 710 ? 600 : i))).value).to.equal(10);
    expect(monotonicViolations(await reading((i) => i)).value).to.equal(0);
    expect(monotonicViolations(await reading((i) => i - (i % 2))).value, 'the same twice').to.equal(0);
    expect(monotonicViolations(await reading((i) => (i === 700 ? 0 : i))).value, 'the first slot').to.equal(1);
  });

  it('counts reads that were answered, and cites them', async () => {
    const run = await reading((i) => (i === 700 ? 600 : i));
    expect(monotonicViolations(run).evidence).to.deep.equal([run.slots.get('readonly')!.seq[700]]);
    const refused = synthetic().stream('readonly', {
      change: (rows) => {
        for (const [i, row] of rows.entries()) row.saw = i;
        Object.assign(rows[700]!, { outcome: 1, saw: 600 });
      },
    });
    expect(monotonicViolations(await refused.run()).value).to.equal(0);
  });

  it('begins again with another server', async () => {
    const moved = (servers?: readonly (readonly [number, string])[]) =>
      synthetic().stream('readonly', {
        ...(servers && { servers }),
        change: (rows) => rows.forEach((row, i) => void (row.saw = i < 700 ? i : i - 100)),
      });
    expect(monotonicViolations(await moved([[7, '198.18.0.22']]).run()).value).to.equal(0);
    expect(monotonicViolations(await moved().run()).value, 'on one server').to.equal(99);
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

import { expect } from 'chai';
import { type CrashStory, crashStory } from '../../journal/stories.ts';
import { type LedgerInput, synthetic } from '../../journal/synthetic.ts';
import { ledgerDetail, lostWindow } from './ledger.ts';

/** 50 writes a second by 4 workers in turn; the fault is after 20 s. */
const runOf = (ledger: LedgerInput = {}, story: CrashStory = {}) =>
  crashStory({ stepUs: 100_000, ...story, ledger }).run();

describe('lostWindowMs', () => {
  it('is from the first acknowledgement of a lost write to the fault', async () => {
    const found = lostWindow(
      await runOf({
        without: [
          [0, 249],
          [3, 245],
        ],
      }),
    );
    expect(found).to.include({ value: 20_000 - (983 * 20 + 2), upper: 20_010 - (983 * 20 + 2) });
  });

  it('is negative where all were acknowledged after the fault', async () => {
    expect(lostWindow(await runOf({ without: [[0, 500]] })).value).to.be.lessThan(0);
  });

  it('counts from the fault after each lost write, or from the last one', async () => {
    const later = (without: [number, number][]) =>
      runOf({ without }, { more: (journal) => journal.fault('restart', { at: 45, target: 'pg-2' }) });
    expect(lostWindow(await later([[0, 540]])).value).to.equal(45_000 - (540 * 4 * 20 + 2));
    expect(lostWindow(await later([[0, 600]])).value).to.equal(45_000 - (600 * 4 * 20 + 2));
  });

  it('is that of the write which was longest acknowledged before its fault, and cites both', async () => {
    const run = await runOf(
      {
        without: [
          [0, 248],
          [0, 540],
        ],
      },
      { more: (journal) => journal.fault('restart', { at: 45, target: 'pg-2' }) },
    );
    const found = lostWindow(run);
    expect(found.value).to.equal(45_000 - (540 * 4 * 20 + 2));
    const injected = run.faults.filter(({ fault }) => fault === 'restart');
    expect(found.evidence).to.include.members([run.ops.seq[540 * 4]!, injected[0]!.seq]);
  });

  it('is not measurable without a read of the primary, or without a fault', async () => {
    const unread = await synthetic().writes().fault('crash', { at: 20 }).run();
    expect(lostWindow(unread).note).to.equal('not measurable: the ledger of the primary was not read');
    const calm = await synthetic()
      .writes()
      .ledger({ without: [[0, 5]] })
      .run();
    expect(lostWindow(calm).note).to.equal('not measurable: writes were lost although no fault was injected');
  });

  it('is 0 where nothing was lost', async () => {
    const run = await runOf();
    expect(lostWindow(run)).to.include({ value: 0, note: 'none lost' });
    expect(lostWindow(run).evidence).to.deep.equal([ledgerDetail(run)!.line.seq]);
  });
});

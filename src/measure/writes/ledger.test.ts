import { expect } from 'chai';
import fc from 'fast-check';
import { readRun } from '../../journal/read.ts';
import { type CrashStory, crashStory } from '../../journal/stories.ts';
import type { LedgerInput } from '../../journal/synthetic.ts';
import { ledgerCounts, ledgerDetail, lostWindow } from './ledger.ts';

const runOf = (ledger: LedgerInput = {}, story: CrashStory = {}) =>
  crashStory({ stepUs: 100_000, ...story, ledger }).run();
const countsOf = async (ledger: LedgerInput, story: CrashStory = {}) =>
  Object.fromEntries(ledgerCounts(await runOf(ledger, story)).map(({ metric, value }) => [metric, value]));
const none = { lostWrites: 0, resurrectedWrites: 0, foreignWrites: 0, duplicatedWrites: 0 };

/** Keys of the story: 50 writes a second by 4 workers in turn, down from write 1000 on. */
const acknowledged = [1, 100] as const;
const failed = [1, 300] as const;

describe('the ledger', () => {
  it('finds nothing wrong where the ledger holds exactly the acknowledged writes', async () => {
    expect(await countsOf({})).to.deep.equal(none);
  });

  it('counts an acknowledged write that is not there as lost', async () => {
    expect(await countsOf({ without: [acknowledged, [2, 3]] })).to.deep.equal({ ...none, lostWrites: 2 });
  });

  it('counts a failed write in the ledger as resurrected', async () => {
    expect(await countsOf({ with: [failed] })).to.deep.equal({ ...none, resurrectedWrites: 1 });
  });

  it('counts a row that nobody wrote as foreign, of a known worker or of none', async () => {
    expect(
      await countsOf({
        with: [
          [1, 9_999],
          [77, 1],
          [77, 2],
        ],
      }),
    ).to.deep.equal({ ...none, foreignWrites: 3 });
    expect(ledgerDetail(await runOf({ with: [[1, 9_999]] }))?.foreignKeys).to.deep.equal([[1, 9_999]]);
  });

  it('counts a write that the ledger holds more than once', async () => {
    expect(await countsOf({ twice: [acknowledged] })).to.deep.equal({ ...none, duplicatedWrites: 1 });
  });

  it('takes both fates of an unknown write for legal, and lists them', async () => {
    const cutAtOnce: CrashStory = { writes: { serviceUs: 90_000 } };
    const vanished = ledgerDetail(await runOf({}, cutAtOnce))!;
    const [row] = vanished.vanished;
    expect(vanished.vanished).to.have.length(4);
    const { ops } = await runOf({}, cutAtOnce);
    const kept = await runOf({ with: [[ops.worker[row!]!, ops.op[row!]!]] }, cutAtOnce);
    expect(ledgerDetail(kept)).to.deep.include({ kept: [row] });
    expect(ledgerCounts(kept).map(({ value }) => value)).to.deep.equal([0, 0, 0, 0]);
  });

  it('counts a write that was acknowledged with the warning that no standby has it among the lost', async () => {
    const change = { writes: { change: (rows: { outcome: number }[]) => void (rows[400]!.outcome = 1) } };
    const found = ledgerDetail(await runOf({ without: [[0, 100]] }, change as CrashStory))!;
    expect([found.lost.length, found.lostLocally.length, found.acknowledgedLocally]).to.deep.equal([1, 1, 1]);
  });

  it('names no standby that lacks nothing', async () => {
    const more: CrashStory = {
      more: (journal) =>
        journal.replica('pg-3', [61], { timeline: 2 }).ledger({ instance: 'pg-3', role: 'replica', at: 61.5 }),
    };
    const run = await runOf({}, more);
    expect(ledgerDetail(run)).to.deep.include({ lostOn: [], behind: [] });
    expect(ledgerCounts(run)[0]!.note).to.equal('0 of 2,350 acknowledged writes');
  });

  describe('compares a standby', () => {
    const lost = async (lagBytes: number, lastDoneUs = 60e6, laterLag?: number) => {
      const run = await runOf(
        {},
        {
          writes: { change: (rows) => void (rows.at(-1)!.doneUs = lastDoneUs) },
          more: (journal) =>
            journal
              .replica('pg-3', [61], { timeline: 2, lagBytes })
              .replica('pg-3', laterLag === undefined ? [] : [61.1], { timeline: 2, lagBytes: laterLag ?? 0 })
              .replica('pg-2', [61.3], { timeline: 2, lagBytes: 99 })
              .ledger({ instance: 'pg-3', role: 'replica', at: 61.5, without: [acknowledged] }),
        },
      );
      return ledgerCounts(run)[0]!;
    };
    const notCompared = /not compared, because not known to have caught up: .*pg-3/;

    it('that had caught up', async () => {
      const found = await lost(0);
      expect(found.value).to.equal(1);
      expect(found.note).to.contain('pg-3 had caught up and lacks 1 write that the primary has');
    });

    it('that had caught up, and then lagged by WAL of the server’s own', async () => {
      expect((await lost(0, 60e6, 704)).value).to.equal(1);
    });

    it('but not one that lagged', async () => {
      const found = await lost(12);
      expect(found.value).to.equal(0);
      expect(found.note).to.match(notCompared);
    });

    it('nor one that was level only while writes still came', async () => {
      const found = await lost(0, 61.2e6);
      expect(found.value).to.equal(0);
      expect(found.note).to.match(notCompared);
    });
  });

  it('is not believed where it contradicts itself', async () => {
    const lines = crashStory().lines();
    const at = lines.findIndex((line) => line.includes('"kind":"ledger"'));
    const ledger = JSON.parse(lines[at]!);
    const run = await readRun(lines.with(at, JSON.stringify({ ...ledger, rows: ledger.rows + 1 })));
    const found = ledgerCounts(run);
    expect(found.map(({ value }) => value)).to.deep.equal([null, null, null, null]);
    expect(found[0]!.note).to.match(/^not measurable: the ledger says 2351 rows, but lists 2350$/);
  });

  it('is not believed where two writes have one key', async () => {
    const same = await runOf({}, { writes: { change: (rows) => void (rows[8]!.op = 1) } });
    expect(ledgerCounts(same)[0]!.note).to.contain('1 key stand for more than one write');
  });

  it('is not measurable without a read of the primary', async () => {
    const lines = crashStory()
      .events()
      .filter(({ kind }) => kind !== 'ledger');
    const run = await readRun(lines.map((line) => JSON.stringify(line)));
    expect(ledgerCounts(run).map(({ value }) => value)).to.deep.equal([null, null, null, null]);
  });

  it('finds exactly what was taken away and added, whatever that is', async () => {
    const key = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 249 }));
    const strange = fc.tuple(fc.integer({ min: 4, max: 9 }), fc.integer({ min: 0, max: 99 }));
    const options = { maxLength: 20, selector: String } as const;
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, options), fc.uniqueArray(strange, options), async (without, more) => {
        const counts = await countsOf({ without, with: more });
        expect(counts).to.deep.equal({ ...none, lostWrites: without.length, foreignWrites: more.length });
      }),
      { numRuns: 30 },
    );
  });
});

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

  it('is 0 where nothing was lost', async () => {
    expect(lostWindow(await runOf())).to.include({ value: 0, note: 'none lost' });
  });
});

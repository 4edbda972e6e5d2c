import { expect } from 'chai';
import fc from 'fast-check';
import type { EventOf } from '../../journal/event.ts';
import { readRun } from '../../journal/read.ts';
import type { Run } from '../../journal/run.ts';
import { type CrashStory, crashStory } from '../../journal/stories.ts';
import { type LedgerInput, type Synthetic, synthetic } from '../../journal/synthetic.ts';
import { ledgerCounts, ledgerDetail } from './ledger.ts';

const runOf = (ledger: LedgerInput = {}, story: CrashStory = {}) =>
  crashStory({ stepUs: 100_000, ...story, ledger }).run();
const countsOf = async (ledger: LedgerInput, story: CrashStory = {}) =>
  Object.fromEntries(ledgerCounts(await runOf(ledger, story)).map(({ metric, value }) => [metric, value]));
const none = { lostWrites: 0, resurrectedWrites: 0, foreignWrites: 0, duplicatedWrites: 0 };

/** A journal whose line of the primary's ledger was changed on disk. */
const changed = (change: (ledger: EventOf<'ledger'>) => object, story: CrashStory = {}) => {
  const events = crashStory({ stepUs: 100_000, ...story }).events();
  const at = events.findIndex((event) => event.kind === 'ledger' && event.role === 'primary');
  const ledger = events[at] as EventOf<'ledger'>;
  return readRun(events.with(at, { ...ledger, ...change(ledger) }).map((event) => JSON.stringify(event)));
};
/** Line numbers of writes, by their keys. */
const linesOf = ({ ops }: Run, ...keys: (readonly [number, number])[]): number[] =>
  keys.map(([worker, op]) => ops.seq[op * 4 + worker]!);

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
    expect(ledgerCounts(kept)[0]!.note).to.contain('of 4 with unknown outcome 1 are there');
  });

  it('counts a write that was acknowledged with the warning that no standby has it among the lost', async () => {
    const change = { writes: { change: (rows: { outcome: number }[]) => void (rows[400]!.outcome = 1) } };
    const run = await runOf({ without: [[0, 100]] }, change as CrashStory);
    const found = ledgerDetail(run)!;
    expect([found.lost.length, found.lostLocally.length, found.acknowledgedLocally]).to.deep.equal([1, 1, 1]);
    expect(ledgerCounts(run)[0]!.note).to.equal(
      '1 of 2,350 acknowledged writes; among them 1 of 1 acknowledged with the warning that no standby has them',
    );
  });

  it('cites the lines of the writes that it counts, in the order of the journal, and the read of the primary', async () => {
    const run = await runOf({ without: [acknowledged, [2, 3]], with: [failed, [77, 1]], twice: [[0, 7]] });
    const [lost, resurrected, foreign, duplicated] = ledgerCounts(run).map(({ evidence }) => evidence);
    const { seq } = run.ledgers.find(({ role }) => role === 'primary')!;
    expect(lost).to.deep.equal([...linesOf(run, [2, 3], acknowledged), seq]);
    expect(resurrected).to.deep.equal([...linesOf(run, failed), seq]);
    expect([foreign, duplicated]).to.deep.equal([[seq], [seq]]);
  });

  it('leaves a row undecided that may be a write which the journal lacks', async () => {
    const lacking: CrashStory = { writes: { change: (rows) => void rows.splice(401, 1) } };
    const found = ledgerCounts(await runOf({ with: [acknowledged] }, lacking));
    expect(found[2]).to.include({ value: null, note: 'not measurable: the journal lacks 1 write' });
    expect((await countsOf({}, lacking)).foreignWrites, 'no such row').to.equal(0);
  });

  it('asks no standby where only the primary was read', async () => {
    const run = await synthetic().writes().ledger().run();
    expect(ledgerDetail(run)).to.deep.include({ lostOn: [], behind: [] });
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

  describe('does not compare a standby that', () => {
    const lost = async (more: (journal: Synthetic) => Synthetic) => {
      const standby = { instance: 'pg-3', role: 'replica', at: 61.5, without: [acknowledged] } as const;
      const run = await runOf(
        {},
        {
          // Later than the looks that the story has without it.
          writes: { change: (rows) => void (rows.at(-1)!.doneUs = 60e6) },
          more: (journal) => void more(journal).ledger(standby),
        },
      );
      return ledgerCounts(run)[0]!.value;
    };

    it('lagged while another had caught up', async () => {
      const level = (journal: Synthetic) => journal.replica('pg-1', [61], { timeline: 2 });
      expect(await lost((journal) => level(journal).replica('pg-3', [61], { timeline: 2, lagBytes: 12 }))).to.equal(0);
    });

    it('was seen to have caught up only after it was read', async () => {
      expect(await lost((journal) => journal.replica('pg-3', [61.7], { timeline: 2 }))).to.equal(0);
    });

    it('was on another timeline than the primary', async () => {
      expect(await lost((journal) => journal.replica('pg-3', [61], { timeline: 1 }))).to.equal(0);
    });
  });

  it('counts a write once that the primary and a standby lack, and lists the lost in the order of the journal', async () => {
    const late = [0, 600] as const;
    const run = await runOf(
      { without: [late] },
      {
        more: (journal) =>
          void journal
            .replica('pg-3', [61], { timeline: 2 })
            .ledger({ instance: 'pg-3', role: 'replica', at: 61.5, without: [acknowledged, late] }),
      },
    );
    const { lost, lostOn } = ledgerDetail(run)!;
    expect(lost).to.deep.equal([401, 2_400]);
    expect(lostOn).to.deep.equal([{ instance: 'pg-3', rows: [401] }]);
  });

  it('is not believed where it lists a range twice, or backwards', async () => {
    const contradictions = async (first: readonly (readonly [number, number])[]) => {
      const run = await changed(({ workers }) => ({ workers: { ...workers, 1: first.concat(workers[1]!.slice(1)) } }));
      return ledgerDetail(run)!.contradictions.join();
    };
    const [[, to]] = ledgerDetail(await runOf())!.line.workers[1]! as [[number, number]];
    const twice = 'the ledger lists a range of rows twice';
    expect(
      await contradictions([
        [10, to],
        [0, 9],
      ]),
    ).to.equal('');
    expect(
      await contradictions([
        [0, 10],
        [10, to],
      ]),
    ).to.equal(twice);
    expect(
      await contradictions([
        [0, to],
        [5, 6],
      ]),
    ).to.equal(twice);
    expect(await contradictions([[to, 0]])).to.contain(twice);
  });

  it('counts what it lists twice where its number of rows contradicts it', async () => {
    const run = await changed(({ rows }) => ({ rows: rows + 1 }), { ledger: { twice: [acknowledged] } });
    expect(ledgerDetail(run)!.contradictions).to.deep.equal(['the ledger says 2352 rows, but lists 2351']);
  });

  it('is not believed where it contradicts itself', async () => {
    const run = await changed(({ rows }) => ({ rows: rows + 1 }));
    const found = ledgerCounts(run);
    expect(found.map(({ value }) => value)).to.deep.equal([null, null, null, null]);
    expect(found[0]!.note).to.match(/^not measurable: the ledger says 2351 rows, but lists 2350$/);
  });

  it('is not believed where two writes have one key', async () => {
    const same = await runOf({}, { writes: { change: (rows) => void (rows[8]!.op = 1) } });
    expect(ledgerCounts(same)[0]!.note).to.contain('the journal gives 1 key to more than one write');
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

import { expect } from 'chai';
import fc from 'fast-check';
import { synthetic } from '../../journal/synthetic.ts';
import type { Down, SlotRow } from '../../journal/synthetic-load.ts';
import { episodes, timedEpisodes } from './episodes.ts';

const down = (from: number, to: number, how: Down['how']): Down => ({ from, to, how });
const episodesWith = async (input: Parameters<ReturnType<typeof synthetic>['stream']>[1], seconds = 60) =>
  episodes(await synthetic({ seconds }).stream('pooler-1', input).run());
const timed = async (input: Parameters<ReturnType<typeof synthetic>['stream']>[1]) =>
  timedEpisodes(await synthetic().stream('pooler-1', input).run())[0]!;

describe('an episode', () => {
  it('is not there while every slot is good', async () => {
    expect(await episodesWith({})).to.deep.equal([]);
  });

  it('lasts from the first bad slot to the start of the first good one', async () => {
    const [episode, ...more] = await episodesWith({ down: [20.003, 43.207] });
    expect(more).to.deep.equal([]);
    expect(episode).to.include({ stream: 'pooler-1', startUs: 20_010_000, endUs: 43_210_000, badSlots: 2320 });
    expect(episode!.errors).to.deep.equal([{ text: 'ECONNREFUSED', n: 2320 }]);
    expect(episode!.evidence).to.have.length(3);
  });

  it('lists its errors, the most frequent first', async () => {
    const some = [
      { ...down(20, 20.5, 'reset'), error: 'ECONNRESET' },
      { ...down(20.5, 24, 'reset'), error: '08P01 server_login_retry' },
      { ...down(24, 26, 'hang'), error: 'timeout' },
    ];
    const [episode] = await episodesWith({ down: some });
    expect(episode!.errors.map(({ text }) => text)).to.deep.equal([
      '08P01 server_login_retry',
      'waited behind a request without an answer',
      'ECONNRESET',
      'timeout',
    ]);
    expect(episode!.errors.reduce((sum, { n }) => sum + n, 0)).to.equal(episode!.badSlots);
  });

  it('ends where slots that queued behind a hold were asked, not up to a second earlier with their intended start', async () => {
    const [episode] = await episodesWith({ down: down(20, 25, 'hold') });
    const firstGoodDueUs = 24_010_000;
    expect(episode!.startUs).to.equal(20_000_000);
    expect(episode!.endUs).to.equal(25_001_000);
    expect(episode!.endUs! - firstGoodDueUs).to.be.greaterThan(990_000);
    expect(episode!.minusUs).to.be.lessThan(20_000);
  });

  it('ends with the answer of a request that was itself held, and with the start of one that only logged in', async () => {
    const firstGoodTakes = (us: number) => (rows: SlotRow[]) => void Object.assign(rows[2500]!, { late: 0, took: us });
    const [held] = await episodesWith({ down: [20, 25], change: firstGoodTakes(700_000) });
    expect(held!.endUs).to.equal(25_700_000);
    expect(held!.minusUs).to.be.greaterThan(700_000);
    const [loggedIn] = await episodesWith({ down: [20, 25], change: firstGoodTakes(60_000) });
    expect(loggedIn!.endUs).to.equal(25_000_000);
    expect(loggedIn!.plusUs).to.be.within(60_000, 80_000);
  });

  it('may have begun as late as the slowest recent answer would have come, but not after a failure', async () => {
    const slowAnswer = (rows: SlotRow[]) => void Object.assign(rows[1950]!, { late: 0, took: 90_000 });
    const [hung] = await episodesWith({ down: down(20, 25, 'hang'), change: slowAnswer });
    expect((await timed({ down: down(20, 25, 'hang'), change: slowAnswer })).start.hi).to.equal(20_090_000);
    expect((await timed({ down: down(20, 25, 'reset'), change: slowAnswer })).start.hi).to.be.below(20_010_000);
    expect(hung!.startUs).to.equal(20_000_000);
  });

  it('is not seen where a hold is shorter than the stream’s limit: slow, but not down', async () => {
    expect(await episodesWith({ down: down(20, 20.9, 'hold') })).to.deep.equal([]);
  });

  it('knows its end only to one attempt where attempts hang', async () => {
    const [episode] = await episodesWith({ down: down(20, 25.5, 'hang') });
    expect(episode!.endUs! - episode!.startUs).to.be.within(5.5e6, 6.6e6);
    expect(episode!.lastedUs - episode!.minusUs).to.be.at.most(5.5e6);
    expect(episode!.minusUs).to.be.within(0.9e6, 1.1e6);
  });

  it('goes on over good slots of less than a second, and another begins after more of them', async () => {
    const pause = (to: number) => [down(20, 22, 'reset'), down(to, to + 1, 'reset')];
    expect(await episodesWith({ down: pause(22.9) })).to.have.length(1);
    const [first, second] = await episodesWith({ down: pause(25) });
    expect([first!.startUs, first!.endUs]).to.deep.equal([20e6, 22e6]);
    expect([second!.startUs, second!.endUs]).to.deep.equal([25e6, 26e6]);
  });

  it('of a link that flaps is one for each cut, however short the service between them', async () => {
    const cuts = [20, 31, 42].map((from) => down(from, from + 8, 'hang'));
    const found = await episodesWith({ down: cuts }, 80);
    expect(found).to.have.length(3);
    for (const { lastedUs, cutBy } of found) {
      expect(lastedUs).to.be.within(8e6, 9.1e6);
      expect(cutBy).to.equal(undefined);
    }
  });

  it('of several is open only where no 10 s of good slots follow the last', async () => {
    const found = await episodesWith({ down: [down(20, 22, 'reset'), down(26, 28, 'reset')] }, 35);
    expect(found.map(({ cutBy }) => cutBy)).to.deep.equal([undefined, 'end']);
  });

  it('knows its own beginning also shortly after another, in which some slots were never asked', async () => {
    const twice = [down(20, 25, 'hang'), down(36, 38, 'hang')];
    const journal = synthetic({ seconds: 60, stepUs: 200_000 }).stream('pooler-1', { down: twice });
    const found = episodes(await journal.run());
    expect(found).to.have.length(2);
    for (const { minusUs, plusUs } of found) expect(minusUs + plusUs).to.be.within(1, 2_500_000);
  });

  it('is open where the run ends before 10 s of good slots', async () => {
    const [episode] = await episodesWith({ down: [20, 25] }, 34);
    expect(episode).to.include({ endUs: null, cutBy: 'end', lastedUs: 5_001_000 });
    const [still] = await episodesWith({ down: [20, 50] }, 40);
    expect(still).to.include({ endUs: null, cutBy: 'end', lastedUs: 20e6 });
  });

  it('is a lower bound where the fault was healed before its end, unless there was nothing to heal', async () => {
    const healedAt = (heal: number, fault = 'crash') =>
      synthetic()
        .stream('pooler-1', { down: [20, 30] })
        .fault(fault, { at: 19.9, heal })
        .run();
    expect(episodes(await healedAt(29))[0]).to.include({ cutBy: 'heal', endUs: 30_000_000 });
    expect(episodes(await healedAt(31))[0]).not.to.have.property('cutBy');
    for (const fault of ['switchover', 'operator-down'])
      expect(episodes(await healedAt(29, fault))[0], fault).not.to.have.property('cutBy');
  });

  it('is widened by a stall of the harness at either of its edges', async () => {
    const stalled = async (from: number, to: number) => {
      const journal = synthetic().stream('pooler-1', { down: [20, 30] });
      const stall = { source: 'probes', fromUs: from * 1e6, untilUs: to * 1e6 };
      return episodes(await journal.line('stall', to, stall).run())[0]!;
    };
    const sharp = await stalled(5, 6);
    expect(sharp.minusUs + sharp.plusUs).to.be.lessThan(50_000);
    expect((await stalled(19.5, 20.3)).minusUs).to.be.within(300_000, 315_000);
    expect((await stalled(29.6, 30.2)).minusUs).to.be.within(400_000, 415_000);
    expect((await stalled(19.5, 20.3)).plusUs).to.be.within(500_000, 520_000);
  });

  it('shorter than a stall that covers it proves nothing', async () => {
    const journal = synthetic().stream('pooler-1', { down: [20, 22] });
    const run = await journal.line('stall', 23, { source: 'probes', fromUs: 19.9e6, untilUs: 22.5e6 }).run();
    const [episode] = episodes(run);
    expect(episode!.lastedUs - episode!.minusUs).to.equal(0);
  });

  it('is widened where slots started late though the connection was free, stall line or not', async () => {
    const lateStarts = (rows: SlotRow[]): void => {
      for (const [i, row] of rows.slice(1990, 2150).entries()) {
        row.late = Math.max(0, 1_600_000 - i * 10_000);
        row.took = row.late + 1_000;
      }
    };
    const [episode] = await episodesWith({ change: lateStarts });
    expect(episode!.badSlots).to.be.greaterThan(50);
    expect(episode!.lastedUs - episode!.minusUs).to.equal(0);
  });

  it('always holds the true duration within its uncertainty', async () => {
    const seconds = fc.integer({ min: 0, max: 5_000 }).map((n) => n / 1000);
    await fc.assert(
      fc.asyncProperty(seconds, seconds, fc.constantFrom('reset', 'hang', 'hold'), async (offset, extra, how) => {
        const from = 3 + offset;
        const lasts = 1.2 + extra;
        const run = await synthetic({ seconds: 25 })
          .stream('pooler-1', { down: down(from, from + lasts, how) })
          .run();
        const [episode] = episodes(run);
        expect(episode!.lastedUs - episode!.minusUs).to.be.at.most(lasts * 1e6 + 1);
        expect(episode!.lastedUs + episode!.plusUs).to.be.at.least(lasts * 1e6 - 1);
      }),
      { numRuns: 40 },
    );
  });
});

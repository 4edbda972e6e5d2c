import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { onset, poolerPenalty } from './pooler-penalty.ts';

const drill = (
  pooler1: readonly [number, number],
  pooler2: readonly [number, number],
  direct: readonly [number, number],
) =>
  synthetic({ seconds: 90 })
    .stream('pooler-1', { down: pooler1 })
    .stream('pooler-2', { down: pooler2 })
    .stream('direct', { down: direct })
    .fault('crash', { at: 20, heal: 80 });
const never = [200, 201] as const;

describe('poolerPenaltyMs', () => {
  it('is how much later the last pooler was back than the direct stream, with the first one beside it', async () => {
    const found = poolerPenalty(await drill([20, 47.2], [20, 65.2], [20, 42.9]).run());
    expect(found).to.include({ value: 22_300, note: 'pooler-1 +4.3 s, pooler-2 +22.3 s' });
    expect(found.lower).to.be.within(22_200, 22_300);
    expect(found.upper).to.be.within(22_300, 22_400);
  });

  it('is as uncertain as the two ends that it compares', async () => {
    const hang = { from: 20, to: 45.5, how: 'hang' } as const;
    const journal = synthetic({ seconds: 90 })
      .stream('pooler-1', { down: hang })
      .stream('direct', { down: [20, 30] });
    const found = poolerPenalty(await journal.fault('crash', { at: 20, heal: 80 }).run());
    expect(found.value).to.be.within(15_500, 16_600);
    expect(found.value! - found.lower!).to.be.within(900, 1_100);
    expect(found.upper! - found.value!).to.be.within(0, 20);
  });

  it('is negative where every pooler was back first', async () => {
    const found = poolerPenalty(await drill([20, 42], [20, 42.2], [20, 42.9]).run());
    expect(found).to.include({ value: -700, note: 'pooler-1 −0.90 s, pooler-2 −0.70 s' });
  });

  it('is the pooler’s whole outage where the server was never down', async () => {
    expect(poolerPenalty(await drill([20, 30], never, never).run()).value).to.equal(10_000);
  });

  it('is 0 where nothing was down', async () => {
    expect(poolerPenalty(await drill(never, never, never).run())).to.include({ value: 0, upper: 0, note: 'no impact' });
  });

  it('has no bound on the side that did not recover unaided', async () => {
    expect(poolerPenalty(await drill([20, 85], [20, 30], [20, 30]).run())).to.include({ upper: null });
    const direct = poolerPenalty(await drill([20, 30], [20, 30], [20, 85]).run());
    expect(direct.lower).to.equal(null);
  });

  it('waits for a relapse right after the fault was healed, and is not measurable where only the drill ended both', async () => {
    // As on CloudNativePG: the thawed primary serves for a second, then steps down for another.
    const relapsed = synthetic({ seconds: 120 })
      .stream('pooler-1', {
        down: [
          { from: 20, to: 80.5, how: 'reset' },
          { from: 81.6, to: 100, how: 'reset' },
        ],
      })
      .stream('direct', { down: [20, 100] })
      .fault('freeze', { at: 20, heal: 80 });
    const found = poolerPenalty(await relapsed.run());
    expect(found).to.deep.include({ value: null, lower: null, upper: null });
    expect(found.note).to.equal('not measurable: neither the direct stream nor the poolers recovered on their own');
  });

  it('counts a relapse before clients were back for good as one recovery', async () => {
    const relapsed = (again: number) =>
      synthetic({ seconds: 120 })
        .stream('pooler-1', {
          down: [
            { from: 20, to: 40, how: 'reset' },
            { from: again, to: again + 5, how: 'reset' },
          ],
        })
        .stream('direct', { down: [20, 30] })
        .fault('crash', { at: 20, heal: 42 });
    // 3 s after it was back, and 1 s after the healing: its clients were not back for good.
    expect(poolerPenalty(await relapsed(43).run()).value).to.equal(18_000);
    // 20 s later it is another outage, and not this fault's.
    expect(poolerPenalty(await relapsed(60).run()).value).to.equal(10_000);
  });

  it('is not measurable where a pooler had been down before the fault: its end may be another’s doing', async () => {
    const found = poolerPenalty(await drill([18, 47], [20, 45], [20, 42]).run());
    expect(found).to.include({ value: null });
    expect(found.note).to.equal('not measurable: pooler-1 had been down before crash of pg-1 came');
  });

  it('is not measurable without a direct stream or a fault', async () => {
    const noDirect = synthetic().stream('pooler-1').fault('crash', { at: 20 });
    expect(poolerPenalty(await noDirect.run()).value).to.equal(null);
    const noFault = synthetic().stream('pooler-1').stream('direct');
    expect(poolerPenalty(await noFault.run()).note).to.equal('not measurable: no fault was injected');
  });
});

describe('onsetMs', () => {
  it('is from the fault to the first bad slot of a pooler', async () => {
    const found = onset(await drill([23, 40], [22, 40], [20, 40]).run());
    expect(found).to.include({ value: 2_000, note: 'crash of pg-1, seen on pooler-2' });
    expect([found.lower, found.upper]).to.deep.equal([1_980, 2_001]);
  });

  it('belongs to the fault that did the most harm', async () => {
    const journal = synthetic({ seconds: 120 })
      .stream('pooler-1', {
        down: [
          { from: 21, to: 23, how: 'reset' },
          { from: 70.2, to: 90, how: 'reset' },
        ],
      })
      .fault('restart', { at: 20 })
      .fault('crash', { at: 70, heal: 110 });
    expect(onset(await journal.run())).to.include({ value: 200 });
  });

  it('is 0 where there was no impact', async () => {
    expect(onset(await drill(never, never, never).run())).to.include({ value: 0, note: 'no impact' });
  });
});

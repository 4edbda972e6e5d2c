import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import type { MetricName } from '../metrics.ts';
import { outages, writeDowntime } from './outage.ts';

type Journal = ReturnType<typeof synthetic>;
const outage = async (journal: Journal, metric: MetricName = 'writeOutageMs') =>
  outages(await journal.run()).find((found) => found.metric === metric)!;
const twoPoolers = () =>
  synthetic({ seconds: 80 })
    .stream('pooler-1', { down: [20, 30] })
    .stream('pooler-2', { down: [20, 45] });

describe('writeOutageMs', () => {
  it('is the longest episode of the slowest pooler', async () => {
    expect(await outage(twoPoolers())).to.include({ value: 25_000, note: 'pooler-2' });
  });

  it('is 0, "no impact", where every slot was good', async () => {
    expect(await outage(synthetic().stream('pooler-1'))).to.include({
      value: 0,
      lower: 0,
      upper: 0,
      note: 'no impact',
    });
  });

  it('has no upper bound if the outage of any pooler has none', async () => {
    const journal = twoPoolers().stream('pooler-3', { down: [75, 76] });
    expect(await outage(journal)).to.include({ value: 25_000, upper: null });
    expect((await outage(journal)).note).to.contain('a lower bound: the run ended before 10 s of good answers');
  });

  it('is at least the largest lower end of all episodes', async () => {
    const hang = { from: 20, to: 45.1, how: 'hang' as const };
    const found = await outage(twoPoolers().stream('pooler-3', { down: hang }));
    expect(found.lower).to.be.at.least(24_990);
  });

  it('leaves fresh connections and other paths to measures of their own', async () => {
    const journal = synthetic()
      .stream('pooler-1')
      .stream('pooler-1-fresh', { fresh: true, stepUs: 200_000, down: [20, 24] })
      .stream('direct', { down: [20, 24.5] })
      .stream('readonly', { down: [20, 23] });
    expect(await outage(journal)).to.include({ value: 0 });
    expect(await outage(journal, 'freshWriteOutageMs')).to.include({ value: 4_000 });
    expect(await outage(journal, 'directOutageMs')).to.include({ value: 4_500 });
    expect(await outage(journal, 'readOutageMs')).to.include({ value: 3_000 });
  });

  it('is not measurable without probes, or with probes that did not see all of it', async () => {
    const why = async (journal: Journal) => {
      const { value, upper, note } = await outage(journal);
      expect([value, upper]).to.deep.equal([null, null]);
      return note;
    };
    expect(await why(synthetic().stream('direct'))).to.equal(
      'not measurable: no stream of probes for writes through a pooler',
    );
    expect(await why(synthetic().stream('direct').stream('pooler-1', { until: 0 }))).to.contain(
      'no probes of pooler-1',
    );
    expect(await why(synthetic().stream('direct').stream('pooler-1', { until: 30 }))).to.contain(
      'ended 30 s before the others',
    );
    const late = synthetic().stream('pooler-1').fault('crash', { at: 55 });
    expect(await why(late)).to.contain('the probes ended less than 10 s after the fault');
  });

  it('is not measurable if the generator stood still for more than a twentieth of the time', async () => {
    const stalled = (untilUs: number) =>
      outage(twoPoolers().line('stall', 60, { source: 'probes', fromUs: 50e6, untilUs }));
    expect((await stalled(53.9e6)).value).to.equal(25_000);
    expect((await stalled(54.1e6)).note).to.contain('the load generator itself stood still for 5 % of the time');
  });
});

describe('writeDowntimeMs', () => {
  it('adds up the episodes of the pooler that has most', async () => {
    const twice = [
      { from: 20, to: 26, how: 'reset' as const },
      { from: 40, to: 46, how: 'reset' as const },
    ];
    const journal = synthetic()
      .stream('pooler-1', { down: [20, 30] })
      .stream('pooler-2', { down: twice });
    expect(writeDowntime(await journal.run())).to.include({ value: 12_000, note: 'pooler-2; 2 episodes' });
  });

  it('is a lower bound with an episode that is one', async () => {
    const journal = synthetic()
      .stream('pooler-1', { down: [20, 30] })
      .fault('crash', { at: 20, heal: 25 });
    expect(writeDowntime(await journal.run())).to.include({ value: 10_000, upper: null });
  });
});

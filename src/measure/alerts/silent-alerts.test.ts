import { expect } from 'chai';
import { type Synthetic, synthetic } from '../../journal/synthetic.ts';
import { silentAlerts } from './silent-alerts.ts';

const firing = (journal: Synthetic, name: string, at: number, source = 'prometheus') =>
  journal.line('alert', at, { name, state: 'firing', source, value: 1, threshold: 0 });
const watched = (journal: Synthetic, expected: string[], { looks = 6, missed = 0 } = {}) =>
  journal.line('alertwatch', 59, { expected, looks, missed });
const crashed = () => synthetic().fault('crash', { at: 20, heal: 40 });
const measure = async (journal: Synthetic) => silentAlerts(await journal.run());

describe('silentAlerts', () => {
  it('counts the expected alerts that did not fire after the fault, and names them', async () => {
    const journal = watched(firing(crashed(), 'PrimaryDown', 31), ['PrimaryDown', 'PoolerHold']);
    expect(await measure(journal)).to.include({ value: 1, lower: 1, upper: 1, note: 'PoolerHold' });
    const all = watched(firing(crashed(), 'PrimaryDown', 31), ['PrimaryDown']);
    expect(await measure(all)).to.include({ value: 0, upper: 0, note: 'each fired' });
  });

  it('takes no alert from before the fault for its alarm, nor what pgdrill itself found in metrics', async () => {
    expect(await measure(watched(firing(crashed(), 'PrimaryDown', 10), ['PrimaryDown']))).to.include({ value: 1 });
    const own = firing(crashed(), 'PrimaryDown', 31, 'postgres-1');
    expect(await measure(watched(own, ['PrimaryDown']))).to.include({ value: 1 });
  });

  it('counts every alert of a watch, where nothing was broken', async () => {
    const journal = watched(firing(synthetic(), 'PrimaryDown', 10), ['PrimaryDown']);
    expect(await measure(journal)).to.include({ value: 0 });
  });

  it('does not accuse where Prometheus did not always answer, and says nothing where it never did', async () => {
    const journal = watched(crashed(), ['PrimaryDown'], { looks: 5, missed: 1 });
    expect(await measure(journal)).to.include({ value: 1, lower: 0, upper: 1 });
    expect((await measure(journal)).note).to.equal('PrimaryDown; 1 of 6 looks were not answered');
    expect((await measure(watched(crashed(), ['PrimaryDown'], { looks: 0, missed: 6 }))).value).to.equal(null);
    expect((await measure(crashed())).value).to.equal(null);
  });
});

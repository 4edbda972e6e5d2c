import { expect } from 'chai';
import type { EventOf } from '../../journal/event.ts';
import { readRunFile } from '../../journal/read.ts';
import { type Synthetic, synthetic } from '../../journal/synthetic.ts';
import { alertDelay, missedAlerts, sleptThrough } from './missed-alerts.ts';

type State = EventOf<'alert'>['state'];
const alert = (journal: Synthetic, at: number, state: State, name = 'connections', threshold = 0.8) =>
  journal.line('alert', at, { name, state, source: 'postgres-2', value: threshold, threshold });
const crashed = () => synthetic({ seconds: 100 }).fault('crash', { at: 20 });
const refused = (journal: Synthetic, at = 30) =>
  journal.line('poollog', at, {
    ...{ source: 'pooler-1', event: 'error' as const, atUs: at * 1e6, n: 7 },
    text: 'server login failed: FATAL sorry, too many clients already',
  });
const both = async (journal: Synthetic) => {
  const run = await journal.run();
  return [missedAlerts(run), alertDelay(run)] as const;
};

describe('alerts that were missed, and their delay', () => {
  it('are none where a scrape showed what PostgreSQL refused, so many seconds later', async () => {
    const [missed, delay] = await both(alert(refused(crashed()), 41, 'firing'));
    expect(missed).to.include({ value: 0, upper: 0, note: 'each was reported' });
    expect(delay).to.include({ value: 11_000, upper: 11_000, note: 'connections 11.0 s' });
  });

  it('are none where the exporter was shut out with everybody else, and that was reported', async () => {
    const shutOut = alert(alert(refused(crashed()), 80, 'quiet'), 36, 'firing', 'exporter shut out', 0);
    const [missed, delay] = await both(shutOut);
    expect(missed.value).to.equal(0);
    expect(delay).to.include({ value: 6_000, note: 'connections 6.0 s by exporter shut out' });
  });

  it('were missed where the exporter was shut out by the fault, and back before log-ins were refused', async () => {
    const crash = alert(crashed(), 22, 'firing', 'exporter shut out', 0);
    const back = alert(crash, 27, 'resolved', 'exporter shut out', 0);
    expect(sleptThrough(await alert(refused(back), 80, 'quiet').run())).to.have.length(1);
  });

  it('are shown with a delay of 0 where monitoring knew before', async () => {
    const [missed, delay] = await both(alert(refused(crashed()), 25, 'firing'));
    expect(missed.value).to.equal(0);
    expect(delay.value).to.equal(0);
  });

  it('are counted where no scrape showed it, with as long as nobody knew', async () => {
    const [missed, delay] = await both(alert(refused(crashed()), 80, 'quiet'));
    expect(missed).to.include({ value: 1, lower: 1, note: 'connections' });
    expect(delay).to.include({ value: 50_000, lower: 50_000, upper: null, note: 'connections not within 50.0 s' });
  });

  it('were missed, too, where an alert from before the fault had ended', async () => {
    const before = alert(alert(crashed(), 5, 'firing'), 15, 'resolved');
    expect((await both(refused(before)))[0].value).to.equal(1);
  });

  it('are not measurable where nothing was wrong, where it was wrong before, and where nothing was scraped', async () => {
    const calm = await both(alert(crashed(), 80, 'quiet'));
    const before = await both(alert(refused(crashed(), 10), 80, 'quiet'));
    const blind = await both(refused(crashed()));
    for (const found of [...calm, ...before, ...blind]) expect(found.value).to.equal(null);
  });

  it('know from PostgreSQL itself that a standby which streams is too far behind', async () => {
    const lagging = (lags: readonly number[]) => {
      const journal = crashed();
      for (const [i, lagBytes] of lags.entries()) journal.replica('pg-2', [30 + i / 2], { lagBytes });
      return alert(journal, 80, 'quiet', 'replication lag', 10e6);
    };
    expect((await both(lagging([0, 11e6, 12e6, 0])))[0]).to.include({ value: 1, note: 'replication lag' });
    expect((await both(lagging([0, 11e6, 0, 12e6])))[0].value).to.equal(null);
  });

  it('know from PostgreSQL itself that the archive stood still', async () => {
    const stalled = (archived: (at: number) => number) => {
      const journal = synthetic({ seconds: 800 }).fault('store-down', { at: 20, target: 'store' });
      for (let at = 30; at < 700; at += 10)
        journal.line('archive', at, {
          ...{ instance: 'pg-1', timeline: 1, archived: archived(at), failed: 0, lastArchived: '', lastFailed: '' },
          ...{ waiting: 3, historyArchived: true },
        });
      return alert(journal, 700, 'quiet', 'archiving stalled', 600);
    };
    expect((await both(stalled(() => 7)))[0]).to.include({ value: 1, note: 'archiving stalled' });
    expect((await both(stalled((at) => at)))[0].value).to.equal(null);
  });

  it('were none in a real drill on CloudNativePG in which the connections ran out', async () => {
    const run = await readRunFile('fixtures/journals/primary-delete-now-failed/run.ndjson.gz');
    expect(missedAlerts(run)).to.include({ value: 0, note: 'each was reported' });
    expect(alertDelay(run).value).to.be.within(0, 60_000);
  });
});

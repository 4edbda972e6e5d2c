import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { EventOf } from '../../journal/event.ts';
import { type Synthetic, synthetic } from '../../journal/synthetic.ts';
import { judge } from '../../measure/judge.ts';
import { renderHtml } from './index.ts';

const rendered = async (journal: Synthetic) => {
  const run = await journal.run();
  return renderHtml(run, judge(run));
};
const connections = (state: EventOf<'alert'>['state'], value: number) => ({
  ...{ name: 'connections', state, source: 'postgres-2' },
  ...{ value, threshold: 0.8 },
});
const crashed = () => synthetic().fault('crash', { at: 20 });

describe('the report of alerts', () => {
  it('says how long after the fault a condition held, for how long, and beyond what', async () => {
    const page = await rendered(
      crashed().line('alert', 41, connections('firing', 0.9)).line('alert', 51, connections('resolved', 0.1)),
    );
    expect(page).to.match(/2[01]\.\d s after the fault, for 10\.0 s/);
    expect(page).to.include('90.0 % of max_connections').and.include('80.0 % of max_connections');
    expect(page).not.to.include('No alert would have fired');
  });

  const refused = {
    ...{ source: 'pooler-1', event: 'error' as const, atUs: 30e6, n: 7 },
    text: 'server login failed: FATAL sorry, too many clients already',
  };

  it('says that no alert would have fired where log-ins were refused and no scrape saw it', async () => {
    const page = await rendered(crashed().line('poollog', 30, refused).line('alert', 80, connections('quiet', 0.785)));
    expect(page).to.include('No alert would have fired.').and.include('7 log-ins were refused');
    expect(page).to.include('never; the highest was').and.include('78.5 % of max_connections');
  });

  it('says which condition fired in place of the one on connections', async () => {
    const shutOut = { name: 'exporter shut out', state: 'firing' as const, source: 'pg-1', value: 1, threshold: 0 };
    const page = await rendered(
      crashed().line('poollog', 30, refused).line('alert', 36, shutOut).line('alert', 80, connections('quiet', 0.1)),
    );
    expect(page)
      .to.include('7 log-ins were refused')
      .and.include('The condition that fired is that the exporter was shut out');
    expect(page).not.to.include('No alert would have fired');
  });

  it('is nothing where no exporter was scraped', async () => {
    expect(await rendered(crashed())).not.to.include('id="alerts"');
  });
});

import { expect } from 'chai';
import { historyLine } from '../history.ts';
import { sampleRun } from '../sample-run.ts';
import { sampleVerdict } from '../sample-verdict.ts';
import { type HtmlOptions, renderHtml } from './index.ts';

const section = async (options: HtmlOptions = {}): Promise<string> =>
  /<section id="act">.*?<\/section>/s.exec(renderHtml(await sampleRun(), sampleVerdict(), options))![0];
const retry = {
  ...{ program: 'pgbouncer', name: 'server_login_retry', recommended: '1', unit: 's' },
  ...{ line: 'server_login_retry = {}', risk: 'one login attempt a second' },
};
const lines = async () => {
  const own = historyLine(await sampleRun(), sampleVerdict());
  const before = { ...own, run: 'earlier', startedAt: '2025-12-01T00:00:00Z' };
  return { own, before };
};

describe('acting on a report', () => {
  it('shows a change as a diff, with what it saves, how that is known, and its risk', async () => {
    const text = await section({ levers: [retry] });
    expect(text)
      .to.contain('Saves up to 14 s')
      .and.to.contain('predicted')
      .and.to.contain('one login attempt a second');
    expect(text)
      .to.contain('<del>- server_login_retry = 15</del>')
      .and.to.contain('<ins>+ server_login_retry = 1</ins>');
    expect(text).to.match(/href="#seq-\d+"/);
  });

  it('says so where no change is known to help, and whether explain was asked', async () => {
    expect(await section())
      .to.contain('No change of a setting is proposed')
      .and.to.contain('has not been run for this drill');
    expect(await section({ explained: { runs: 9, rows: [] } })).to.contain('9 runs of explain');
  });

  it('tells what changed since the last run of the drill, or that nothing did', async () => {
    const { own, before } = await lines();
    expect(await section({ history: [before, own] }))
      .to.contain('Nothing changed since')
      .and.to.contain('earlier');
    const fingerprint = { ...before.fingerprint, 'versions.pgbouncer': '1.23.0' };
    expect(await section({ history: [{ ...before, fingerprint }, own] })).to.contain(
      'versions.pgbouncer: 1.23.0 → 1.24.1',
    );
    expect(await section({ history: [{ ...before, fingerprint }, own] }), 'and what came of it').to.contain(
      '<code>writeOutageMs</code>',
    );
    expect(await section({ history: [own] })).to.contain('the first run of this scenario');
  });

  it('has room for a decision, a name and a date', async () => {
    expect(await section())
      .to.contain('Decision:')
      .and.to.contain('Name')
      .and.to.contain('Date');
  });
});

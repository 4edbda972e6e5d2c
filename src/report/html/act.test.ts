import { expect } from 'chai';
import { historyLine } from '../history.ts';
import { sampleRun } from '../sample-run.ts';
import { sampleVerdict } from '../sample-verdict.ts';
import { type HtmlOptions, renderHtml } from './index.ts';

const section = async (options: HtmlOptions = {}): Promise<string> =>
  /<details id="since".*?(?=<details id="timeline")/s.exec(renderHtml(await sampleRun(), sampleVerdict(), options))![0];
const lines = async () => {
  const own = historyLine(await sampleRun(), sampleVerdict());
  const before = { ...own, run: 'earlier', startedAt: '2025-12-01T00:00:00Z' };
  return { own, before };
};

describe('what follows from a report', () => {
  it('says what changed since the last run of the drill, or that nothing did', async () => {
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

  it('leaves out what one of two versions of pgdrill did not record yet: nobody changed that', async () => {
    const { own, before } = await lines();
    const { 'load.writers': _, ...fingerprint } = before.fingerprint;
    expect(before.fingerprint).to.have.property('load.writers');
    const text = await section({ history: [{ ...before, fingerprint }, own] });
    expect(text).to.contain('Nothing changed since').and.not.to.contain('not set');
  });

  it('has room for a decision, a name and a date', async () => {
    expect(await section())
      .to.contain('Decision:')
      .and.to.contain('Name')
      .and.to.contain('Date');
  });
});

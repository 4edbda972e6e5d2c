import { expect } from 'chai';
import type { Cause } from '../../measure/verdict.ts';
import { sampleRun } from '../sample-run.ts';
import { sampleVerdict } from '../sample-verdict.ts';
import { type HtmlOptions, renderHtml } from './index.ts';

const cause: Cause = {
  ...{
    phase: 'reconnect',
    ms: 22_300,
    ofMs: 45_200,
    imposedBy: 'PgBouncer (server_login_retry = 15 s)',
    evidence: [1],
  },
  sentence: '22.3 s of the 45.2 s passed before PgBouncer connected to the server again.',
};
const section = async (options: HtmlOptions = {}): Promise<string> =>
  /<section id="decision">.*?<\/section>/s.exec(renderHtml(await sampleRun(), sampleVerdict({ cause }), options))![0];
const retry = {
  ...{ program: 'pgbouncer', name: 'server_login_retry', recommended: '1', unit: 's' },
  ...{ line: 'server_login_retry = {}', risk: 'one login attempt a second' },
};

describe('the part of a report that somebody acts on', () => {
  it('says why in one sentence, with its record', async () => {
    expect(await section())
      .to.contain(cause.sentence)
      .and.to.match(/href="#seq-1"/);
  });

  it('shows a change with what it saves and leaves, how that is known, its lines and its risk', async () => {
    const text = await section({ levers: [retry] });
    expect(text).to.contain(
      'Undo <code>--with server_login_retry=15</code>: set <code>server_login_retry</code> from 15 s to 1 s</b>: saves up to 14 s; 31.2 s to 45.2 s would be left, still beyond the limit of 30 s',
    );
    expect(text).to.contain('modelled from the timeouts').and.to.contain('one login attempt a second');
    expect(text)
      .to.contain('<del>- server_login_retry = 15</del>')
      .and.to.contain('<ins>+ server_login_retry = 1</ins>');
    expect(text).to.contain('aria-label="the outage of 45.2 s would last 31.2 s to 45.2 s"');
  });

  it('names what the outage depends on where no change is known to help, and whether explain looked', async () => {
    expect(await section()).to.contain(
      'Undo --with server_login_retry=15: this run set it, and the largest part of the outage is imposed by PgBouncer (server_login_retry = 15 s).',
    );
    expect(await section({ explained: { runs: 9, rows: [] } })).to.contain(
      '9 runs of pgdrill explain found none either',
    );
  });

  it('never folds away why a run cannot pass', async () => {
    const page = renderHtml(await sampleRun(), sampleVerdict({ doubts: ['the journal has no end'] }));
    expect(/<section id="decision">.*?<\/section>/s.exec(page)![0]).to.contain('<li>the journal has no end</li>');
  });
});

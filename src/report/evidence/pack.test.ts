import { expect } from 'chai';
import { crashStory } from '../../journal/stories.ts';
import { judge } from '../../measure/judge.ts';
import { type HistoryLine, historyLine } from '../history.ts';
import { renderEvidence } from './html.ts';
import { evidencePack } from './pack.ts';

const files = [{ name: 'run.ndjson', sha256: 'ab'.repeat(32), bytes: 1_234 }];
const madeAt = '2026-03-01T00:00:00Z';

async function evidence(change: (own: HistoryLine) => readonly HistoryLine[] = (own) => [own]) {
  const run = await crashStory().run();
  const verdict = judge(run);
  const history = change(historyLine(run, verdict));
  return evidencePack({ runs: [{ run, verdict, files }], history, madeAt, version: '0.2.0' });
}
const at = (own: HistoryLine, date: string, changes: Partial<HistoryLine> = {}): HistoryLine => ({
  ...own,
  ...{ run: `run-${date}`, startedAt: `${date}T00:00:00Z` },
  ...changes,
});
const one = (value: number) => ({ value, lower: value, upper: value });

describe('the evidence pack', () => {
  it('sets each objective, as configured, against what was measured with its bounds', async () => {
    const [entry] = (await evidence()).runs;
    const [rto, rpo] = entry!.objectives;
    expect(rto).to.include({
      name: 'RTO',
      metric: 'writeOutageMs',
      target: '≤ 30 s',
      source: 'the scenario',
      outcome: 'pass',
    });
    expect(rto!.lower).to.be.lessThan(rto!.value!);
    expect(rto!.upper).to.be.greaterThan(rto!.value!);
    expect(rpo).to.include({ name: 'RPO', metric: 'undeclaredLosses', target: '≤ 0', value: 0, outcome: 'pass' });
  });

  it('says so where no objective was set', async () => {
    const run = await crashStory({ limits: { recoveryMs: { max: 1 } } }).run();
    const pack = evidencePack({ runs: [{ run, verdict: judge(run), files }], history: [], madeAt, version: '0' });
    expect(pack.runs[0]!.objectives[0]).to.include({ target: null, source: null, outcome: 'not set' });
    expect(renderEvidence(pack)).to.contain('not set');
  });

  it('names the last finding and what became of it, with what changed in between', async () => {
    const setting = 'settings.pgbouncer.server_login_retry';
    const pack = await evidence((own) => [
      at(own, '2025-10-01', { outcome: 'fail', sentence: 'FAIL: old' }),
      at(own, '2025-11-01', {
        outcome: 'fail',
        sentence: 'FAIL: slow',
        fingerprint: { ...own.fingerprint, [setting]: '15 s' },
      }),
      at(own, '2025-12-01', { fingerprint: { ...own.fingerprint, [setting]: '1 s' } }),
      own,
    ]);
    expect(pack.findings).to.have.lengthOf(1);
    expect(pack.findings[0]).to.deep.include({
      run: 'run-2025-11-01',
      sentence: 'FAIL: slow',
      changed: [`${setting}: 15 s → 1 s`],
    });
    expect(pack.findings[0]!.since).to.contain('passed again on 2025-12-01');
    const open = await evidence((own) => [own, at(own, '2026-02-01', { outcome: 'unknown' })]);
    expect(open.findings[0]!.since).to.contain('open');
    expect((await evidence()).findings).to.deep.equal([]);
  });

  it('gives the age of the last proved restore, and counts none that lacked something', async () => {
    const proof = { restoreMs: one(17_000), failedRestores: one(0), restoredDamage: one(0) };
    const pack = await evidence((own) => [
      at(own, '2026-02-01', { measured: proof }),
      at(own, '2026-02-20', { measured: { ...proof, restoredDamage: one(1) } }),
      at(own, '2026-02-21', { measured: { ...proof, failedRestores: one(1) } }),
    ]);
    expect(pack.lastRestore).to.include({ run: 'run-2026-02-01', ageDays: 28, restoreMs: 17_000 });
    expect(renderEvidence(pack)).to.contain('28 days old');
    expect((await evidence()).lastRestore).to.equal(null);
  });

  it('as a page shows checksums, who ran it and lines to sign, and fetches nothing', async () => {
    const page = renderEvidence(await evidence());
    expect(page).to.contain('ab'.repeat(32)).and.to.contain('Sign-off').and.to.contain('run by');
    expect(page).not.to.match(/(src|href)="(?!#|data:,)|url\(|@import|https?:\/\//);
    const hostile = await crashStory().run();
    const header = { ...hostile.header, by: '<script>x</script>', command: '<img src=x>' };
    const run = { ...hostile, header };
    const pack = evidencePack({ runs: [{ run, verdict: judge(run), files }], history: [], madeAt, version: '0' });
    expect(renderEvidence(pack)).not.to.contain('<script>x').and.not.to.contain('<img');
  });
});

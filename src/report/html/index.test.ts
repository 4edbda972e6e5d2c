import { expect } from 'chai';
import { readRun } from '../../journal/read.ts';
import type { Run } from '../../journal/run.ts';
import { judge } from '../../measure/judge.ts';
import { cutRun, sampleJournal, sampleRun } from '../sample-run.ts';
import { sampleVerdict } from '../sample-verdict.ts';
import { renderHtml } from './index.ts';

describe('the HTML report', () => {
  let page: string;
  before(async () => {
    page = renderHtml(await sampleRun(), sampleVerdict());
  });

  it('begins with the verdict’s sentence, of which the first part is the headline', async () => {
    const [, heading] = page.match(/<h1>(.*?)<\/h1>/s)!;
    expect(heading!.replace(/<[^>]*>/g, '')).to.equal(
      'FAIL Writes were down 45.2 s ± 0.1 (limit 30 s). PostgreSQL itself was back after 22.9 s, PgBouncer added 22.3 s. ' +
        'No acknowledged write was lost (8,412 checked).',
    );
  });

  it('gives the same bytes for the same run', async () => {
    expect(renderHtml(await sampleRun(), sampleVerdict())).to.equal(page);
  });

  it('escapes whatever a journal holds', async () => {
    const attack = '<script>alert(1)</script><img src=x onerror=alert(1)>';
    const run = await sampleRun();
    const header = { ...run.header, scenario: { name: attack, asks: attack, hash: attack }, command: attack };
    const roles = run.roles.map((line) => ({ ...line, instance: attack }));
    const ops = { ...run.ops, errors: run.ops.errors.map(() => attack) };
    const hostile = renderHtml(
      await sampleRun({ header, roles, ops }),
      sampleVerdict({ scenario: attack, sentence: attack, doubts: [attack] }),
    );
    expect(hostile).to.contain('&lt;script&gt;');
    expect(hostile).not.to.contain('<script>alert');
    expect(hostile).not.to.contain('<img');
  });

  it('fetches nothing: no address, no import, no source', async () => {
    expect(page).not.to.match(/(src|href)="(?!#|data:,)|url\(|@import|https?:\/\//);
  });

  it('has a record in its appendix for every link to evidence of a real judgement', async () => {
    const run = await sampleRun();
    const page = renderHtml(run, judge(run));
    expect(page).not.to.contain('a record of the journal that is not shown here');
    const linked = new Set([...page.matchAll(/href="#(seq-\d+)"/g)].map((match) => match[1]));
    expect(linked.size).to.be.greaterThan(10);
    for (const id of linked) expect(page).to.contain(`id="${id}"`);
  });

  it('has no id twice and no link to a place that is not there', async () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(ids).to.have.lengthOf(new Set(ids).size);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).to.include(target);
  });

  it('reports each measured duration with its ±', async () => {
    expect(page).to.match(/<b>45\.2<\/b><span class="unit">\u202fs<\/span> <span class="spread">± 0\.1/);
  });

  it('shows a run that was cut off before anything happened, with unknown for what it cannot say', async () => {
    const cut = renderHtml(
      await cutRun(),
      sampleVerdict({
        outcome: 'unknown',
        checks: [],
        measured: [],
        episodes: [],
        phases: [],
        doubts: ['the journal has no end'],
      }),
    );
    expect(cut).to.contain('Versions and settings are unknown');
    expect(cut).to.contain('the journal has no end');
  });

  it('marks a recorded run, and only such a one', async () => {
    expect(renderHtml(await sampleRun(), sampleVerdict(), { recorded: true })).to.contain('<strong>RECORDED.</strong>');
    expect(page).not.to.contain('<strong>RECORDED.</strong>');
  });

  it('draws a journal that was cut off at any line', async () => {
    const lines = sampleJournal().lines();
    for (let kept = 1; kept < lines.length; kept += Math.ceil(lines.length / 25)) {
      const run = await readRun(lines.slice(0, kept));
      expect(renderHtml(run, judge(run)), `${kept} lines`).not.to.contain('could not be drawn');
    }
  }).timeout(30_000);

  it('loses only the section that cannot be drawn', async () => {
    const broken = await sampleRun({ ledgers: [{ role: 'primary' } as Run['ledgers'][number]] });
    const text = renderHtml(broken, sampleVerdict());
    expect(text).to.match(/<section id="ledger"><h2>The ledger<\/h2><p>This section could not be drawn/);
    expect(text).to.contain('<section id="limits">').and.to.contain('id="experiment"');
  });
});

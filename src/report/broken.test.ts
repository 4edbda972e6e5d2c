import { expect } from 'chai';
import { readRunFile } from '../journal/read.ts';
import { judge } from '../measure/judge.ts';
import { brokenIn } from './broken.ts';
import { renderHtml } from './html/index.ts';
import { renderMarkdown } from './markdown.ts';

const stored = (name: string) => readRunFile(`fixtures/journals/${name}/run.ndjson.gz`);

describe('what a drill broke', () => {
  it('is every injected fault with its target and parameters, once where it came back', async () => {
    expect(brokenIn(await stored('link-flaps-failed'))).to.deep.equal(['flap pg1 (for 24s, every 50s, times 2)']);
    expect(brokenIn(await stored('former-primary-ahead-passed'))).to.have.length.above(1);
    expect(brokenIn(await stored('steady-passed'))).to.deep.equal([]);
  });

  it('stands at the top of each report', async () => {
    const run = await stored('cpu-starved-failed');
    const [fault] = brokenIn(run);
    const page = renderHtml(run, judge(run));
    expect(page.slice(0, page.indexOf('</header>'))).to.contain(`Broken: ${fault}`);
    expect(renderMarkdown(run, judge(run))).to.match(/^\*\*Broken:\*\* cpu-starve pg2 /m);
  });

  it('is left out where nothing was broken', async () => {
    const run = await stored('steady-passed');
    expect(renderMarkdown(run, judge(run))).not.to.contain('Broken');
    const page = renderHtml(run, judge(run));
    expect(page.slice(0, page.indexOf('</header>'))).not.to.contain('Broken');
  });
});

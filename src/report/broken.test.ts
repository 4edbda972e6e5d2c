import { expect } from 'chai';
import { readRunFile } from '../journal/read.ts';
import { judge } from '../measure/judge.ts';
import { faultText } from './broken.ts';
import { renderHtml } from './html/index.ts';
import { renderMarkdown } from './markdown.ts';
import { summaryLines } from './terminal.ts';

const stored = (name: string) => readRunFile(`fixtures/journals/${name}/run.ndjson.gz`);

describe('what a drill broke', () => {
  it('is named by fault, target and parameters in the list of steps', async () => {
    expect(faultText((await stored('link-flaps-failed')).faults[0]!)).to.equal(
      'flap pg1 (for 24s, every 50s, times 2)',
    );
  });

  it('stands at the top of each report', async () => {
    const run = await stored('cpu-starved-failed');
    const fault = 'All processes of the primary pg2 together had 1 % of one processor for 20.3 s.';
    const page = renderHtml(run, judge(run));
    expect(page.slice(0, page.indexOf('</header>'))).to.contain(`Broken: ${fault}`);
    expect(renderMarkdown(run, judge(run))).to.contain(`**Broken:** ${fault}`);
    expect(summaryLines(judge(run))).to.include(`broken: ${fault}`);
  });

  it('is left out where nothing was broken', async () => {
    const run = await stored('steady-passed');
    expect(renderMarkdown(run, judge(run))).not.to.contain('Broken');
    const page = renderHtml(run, judge(run));
    expect(page.slice(0, page.indexOf('</header>'))).not.to.contain('Broken');
  });
});

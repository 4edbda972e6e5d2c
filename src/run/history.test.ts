import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { crashStory } from '../journal/stories.ts';
import { judge } from '../measure/judge.ts';
import { historyLine } from '../report/history.ts';
import { loadHistory, remember } from './history.ts';

describe('the history of runs', () => {
  let out: string;
  beforeEach(async () => {
    out = await mkdtemp(join(tmpdir(), 'pgdrill-history-'));
  });
  afterEach(() => rm(out, { recursive: true }));

  it('is empty before the first run', async () => expect(await loadHistory(out)).to.deep.equal([]));

  const lineOf = async () => {
    const run = await crashStory().run();
    return historyLine(run, judge(run));
  };

  it('gains a line a run, and the page over all runs shows them', async () => {
    const line = await lineOf();
    expect(await remember(out, line, [])).to.equal(undefined);
    await remember(out, line, [line]);
    expect(await loadHistory(out)).to.have.length(2);
    expect(await readFile(join(out, 'index.html'), 'utf8')).to.contain('2 runs');
  });

  it('tells the place of a run among those that can be compared', async () => {
    const line = await lineOf();
    expect(await remember(out, line, [line])).to.match(/of 2 drills/);
  });
});

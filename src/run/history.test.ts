import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { crashStory } from '../journal/stories.ts';
import { judge } from '../measure/judge.ts';
import { loadHistory, remember } from './history.ts';

describe('the history of runs', () => {
  let out: string;
  beforeEach(async () => {
    out = await mkdtemp(join(tmpdir(), 'pgdrill-history-'));
  });
  afterEach(() => rm(out, { recursive: true }));

  it('is empty before the first run', async () => expect(await loadHistory(out)).to.deep.equal([]));

  it('gains a line a run, and the page over all runs shows them', async () => {
    const run = await crashStory().run();
    const verdict = judge(run);
    expect(await remember(out, run, verdict)).to.equal(undefined);
    await remember(out, run, verdict);
    expect(await loadHistory(out)).to.have.length(2);
    expect(await readFile(join(out, 'index.html'), 'utf8')).to.contain('2 runs');
  });

  it('tells the place of a run among those that can be compared', async () => {
    const run = await crashStory().run();
    await remember(out, run, judge(run));
    expect(await remember(out, run, judge(run))).to.match(/of 2 drills/);
  });
});

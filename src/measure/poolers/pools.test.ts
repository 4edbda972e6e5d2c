import { expect } from 'chai';
import { poolerStory } from '../../journal/pooler-story.ts';
import { drain } from './drain.ts';
import { whyNotWatched } from './pools.ts';
import { connectAmplification, hold, peakServerConnects, storm } from './storm.ts';

describe('the poolers of a stack', () => {
  it('have to be watched, each of them, before anything is said about them', async () => {
    const both = poolerStory({ more: (journal) => journal.stream('pooler-2') });
    expect(whyNotWatched(await poolerStory().run())).to.equal(undefined);
    const run = await both.run();
    expect(whyNotWatched(run)).to.equal('the console of pooler-2 was not seen');
    for (const measure of [drain, connectAmplification, storm, hold, peakServerConnects])
      expect(measure(run), measure.name).to.include({ value: null });
  });

  it('may be hidden behind a name of their own, which no console has', async () => {
    const run = await poolerStory().run();
    expect(whyNotWatched({ ...run, stack: { ...run.stack!, poolers: ['the-service'] } })).to.equal(undefined);
    expect(whyNotWatched({ ...run, pools: [] })).to.equal('no pooler was watched');
  });
});

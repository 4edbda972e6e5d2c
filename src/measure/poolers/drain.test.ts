import { expect } from 'chai';
import { type PoolerStory, poolerStory } from '../../journal/pooler-story.ts';
import { drain } from './drain.ts';

const drained = async (story?: PoolerStory) => drain(await poolerStory(story).run());

describe('drainMs', () => {
  it('is next to nothing where the pooler works as before at once', async () => {
    expect((await drained()).value).to.be.below(700);
  });

  it('ends when nobody waits any longer', async () => {
    expect((await drained({ waiting: [[21, 40, 7]] })).value).to.be.within(8_800, 9_200);
  });

  it('does not end in a pause of less than 5 s', async () => {
    const waiting: PoolerStory['waiting'] = [
      [21, 36, 7],
      [39, 41, 3],
    ];
    expect((await drained({ waiting })).value).to.be.within(9_800, 10_200);
  });

  it('does not take a pooler for calm that answers everybody with an error, so that nobody waits', async () => {
    expect((await drained({ poolerBack: 44, opened: [[43.9, 1]] })).value).to.be.at.least(12_990);
  });

  it('is a lower bound where clients waited to the end', async () => {
    const found = await drained({ waiting: [[21, 90, 7]] });
    expect(found).to.include({ upper: null, note: 'a lower bound: pooler-1 was not calm again' });
  });

  it('does not call a pooler calm whose console does not answer', async () => {
    expect((await drained({ consoleDown: [30, 50] })).value).to.be.at.least(18_900);
  });
});

import { expect } from 'chai';
import { poolerStory } from '../../journal/pooler-story.ts';
import { clientWait, maxWait } from './waiting.ts';

describe('clients in the queue of a pooler', () => {
  it('spent client-seconds: five for ten seconds are fifty', async () => {
    const found = clientWait(await poolerStory({ waiting: [[21, 31, 5]] }).run());
    expect(found.value).to.be.closeTo(50, 0.6);
    expect(found.note).to.match(/^pooler-1 50\.\d s, at most 5 at once$/);
  });

  it('count only from the fault on', async () => {
    expect(clientWait(await poolerStory({ waiting: [[5, 15, 5]] }).run()).value).to.equal(0);
  });

  it('waited at the longest as long as somebody saw, and perhaps a second more', async () => {
    const found = maxWait(await poolerStory({ waiting: [[21, 31, 5]] }).run());
    expect(found.value).to.be.closeTo(9_900, 100);
    expect(found.upper! - found.value!).to.equal(1_000);
  });

  it('have no upper bound where the console did not answer', async () => {
    const run = await poolerStory({ waiting: [[21, 31, 5]], consoleDown: [25, 30] }).run();
    expect(clientWait(run)).to.include({ upper: null });
    expect(clientWait(run).note).to.match(/no answer of the console for 3\.\d s$/);
  });

  it('have no upper bound where the console was silent from a moment on, or until a moment', async () => {
    for (const consoleDown of [
      [40, 90],
      [0, 40],
    ] as const) {
      const run = await poolerStory({ waiting: [[41, 51, 5]], consoleDown }).run();
      for (const found of [clientWait(run), maxWait(run)]) expect(found, `${consoleDown}`).to.include({ upper: null });
    }
  });

  it('cannot be counted where the console of one pooler of the stack was not seen', async () => {
    const story = poolerStory({ more: (journal) => journal.stream('pooler-2') });
    for (const found of [clientWait(await story.run()), maxWait(await story.run())])
      expect(found).to.include({ value: null, note: 'not measurable: the console of pooler-2 was not seen' });
  });
});

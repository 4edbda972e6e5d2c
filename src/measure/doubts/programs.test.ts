import { expect } from 'chai';
import { crash, crashStory } from '../../journal/stories.ts';
import { type ProgramStory, programStory } from '../clients/test-program.ts';
import { judge } from '../judge.ts';
import { programDoubts } from './programs.ts';

const doubts = async (story: ProgramStory = {}): Promise<string[]> => programDoubts(await programStory(story));

describe('doubts about client programs', () => {
  it('are none where each did what it said, and none without any', async () => {
    expect(await doubts()).to.deep.equal([]);
    expect(programDoubts(await crashStory().run())).to.deep.equal([]);
  });

  it('name a program that broke the protocol, and make the run unknown', async () => {
    const story = { trouble: 'reported nothing for 15 s' };
    expect(await doubts(story)).to.deep.equal(['the client program p reported nothing for 15 s']);
    expect(judge(await programStory(story)).outcome).to.equal('unknown');
  });

  it('see requests that are missing from the journal, or too few for its rate', async () => {
    expect((await doubts({ due: 250 })).join()).to.match(/250 requests of p were due, but the journal has 240/);
    const early = { story: { seconds: crash.seconds + 20 } };
    expect((await doubts(early)).join()).to.match(/240 requests of p were due in 80 s, but it makes 4 a second/);
  });

  it('see a program without its end, and writes that a stranger acknowledged', async () => {
    expect((await doubts({ ends: 0 })).join()).to.match(/0 ends of the client program p, expected 1/);
    expect((await doubts({ ends: 2 })).join()).to.match(/2 ends of the client program p, expected 1/);
    expect((await doubts({ server: '10.9.9.9' })).join()).to.match(
      /writes of p were acknowledged by 10.9.9.9, which is not an instance/,
    );
  });

  it('see a program of the load that took no part', async () => {
    const run = await crashStory().run();
    const header = { ...run.header, load: { ...run.header.load, clients: ['p'] } };
    expect(programDoubts({ ...run, header })).to.deep.equal(['0 client programs took part, but the load has 1']);
  });
});

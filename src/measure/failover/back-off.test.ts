import { expect } from 'chai';
import { crash, crashStory } from '../../journal/stories.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { judge } from '../judge.ts';
import { backOff, backOffPhase } from './back-off.ts';

/** A crash story in which the load's clients come back at this second; the pooler serves from 33 s on. */
const backAt = (second: number) => crashStory({ writes: { down: [crash.at, second] } }).run();

describe('the back-off of clients', () => {
  it('is the time from the end of the outage until the clients write again, as a phase after the others', async () => {
    const run = await backAt(41);
    expect(backOff(run).value).to.be.within(8_000, 8_200);
    const [phase] = backOffPhase(run);
    expect(phase).to.include({ phase: 'backoff', startUs: crash.back * 1e6, observer: 'load' });
    expect(phase!.endUs).to.be.within(41e6, 41.2e6);
    expect(judge(run).phases.at(-1)!.phase).to.equal('backoff');
    expect(judge(run).cause!.phase).not.to.equal('backoff');
  });

  it('is not a phase where the clients came back at their own pace', async () => {
    const run = await backAt(crash.back);
    expect(backOff(run).value).to.be.lessThan(200);
    expect(backOffPhase(run)).to.deep.equal([]);
  });

  it('has no upper end where clients never came back', async () => {
    const run = await backAt(70);
    expect(backOff(run)).to.include({ upper: null });
    expect(backOff(run).lower).to.be.greaterThan(20_000);
    expect(backOffPhase(run)).to.deep.equal([]);
  });

  it('is unknown where there was no load or no fault, and nothing where nothing was down', async () => {
    const idle = synthetic()
      .stream('pooler-1', { down: [20, 40] })
      .fault('crash', { at: 20, heal: 55 });
    expect(backOff(await idle.run()).note).to.contain('there was no load after the outage');
    expect(backOff(await synthetic().stream('pooler-1').run()).note).to.contain('no fault was injected');
    expect(backOff(await synthetic().stream('pooler-1').fault('crash', { at: 20 }).run()).value).to.equal(0);
  });
});

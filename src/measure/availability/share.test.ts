import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { judge } from '../judge.ts';
import { cutOffShare } from './share.ts';
import { silence } from './silence.ts';

const two = (first: [number, number] | undefined, second: [number, number]) =>
  synthetic({ seconds: 80 })
    .stream('pooler-1', first ? { down: first } : {})
    .stream('pooler-2', { down: second })
    .stream('direct')
    .fault('cut', { at: 20, target: 'zone-b' });

describe('cutOffShare', () => {
  it('is half where one of two poolers was gone, and the sentence says who served on', async () => {
    const run = await two(undefined, [20, 45]).run();
    expect(cutOffShare(run)).to.include({ value: 0.5, note: 'pooler-2; pooler-1 served on' });
    expect(judge(run).sentence).to.contain(
      'writes of half of the clients, those of pooler-2, were down 25.0 s ± 0.1; pooler-1 served on',
    );
  });

  it('is 1 where both were gone at once, and half where one was back before the other went', async () => {
    const both = await two([20, 30], [25, 45]).run();
    expect(cutOffShare(both).value).to.equal(1);
    expect(judge(both).sentence).to.contain(': writes were down 20.0 s');
    expect(cutOffShare(await two([20, 24], [25, 45]).run()).value).to.equal(0.5);
  });

  it('is 0 where nobody was cut off', async () => {
    const run = await synthetic().stream('pooler-1').stream('direct').run();
    expect(cutOffShare(run)).to.include({ value: 0, upper: 0 });
  });
});

describe('silenceMs', () => {
  it('is the longest time without any acknowledgement on any path', async () => {
    const served = await two(undefined, [20, 45]).run();
    expect(silence(served).value).to.be.below(25);
    const all = synthetic({ seconds: 80 })
      .stream('pooler-1', { down: [20, 45] })
      .stream('direct', { down: [22, 30] })
      .writes({ down: [20, 45] });
    expect(silence(await all.run()).value).to.be.within(8_000, 8_050);
  });

  it('is not measurable without probes that write', async () => {
    expect(silence(await synthetic().stream('readonly').run()).note).to.contain('no probes that write');
  });
});

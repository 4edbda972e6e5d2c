import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { interval } from '../interval.ts';
import { leasePassedTo } from './lease-wait.ts';

const fault = (seconds: number) => ({ target: 'pg-1', inject: interval(seconds * 1e6, seconds * 1e6) });
const note = (text: string, from: string, to: string) => ({ level: 'info' as const, text, lease: { from, to } });

describe('the wait for the lease of the old primary', () => {
  const expired = () =>
    synthetic()
      .line('note', 36, note('passed on', 'pg-1', 'pg-2'))
      .run();
  const released = () =>
    synthetic()
      .line('note', 33, note('released', 'pg-1', ''))
      .line('note', 36, note('passed on', '', 'pg-2'))
      .run();

  it('ends when the lease passes to the instance', async () => {
    const edge = leasePassedTo(await expired(), 'pg-2', fault(21));
    expect(edge).to.deep.include({ atUs: 36e6, observer: 'lease' });
    expect(edge).not.to.have.any.keys('inner', 'instance');
  });

  it('names the old primary and the moment where it released the lease before it expired', async () => {
    const edge = leasePassedTo(await released(), 'pg-2', fault(21))!;
    expect(edge).to.deep.include({ atUs: 36e6, instance: 'pg-1' });
    expect(edge.inner!.atUs).to.equal(33e6);
  });

  it('does not take a release from before the fault for this one', async () => {
    expect(leasePassedTo(await released(), 'pg-2', fault(34))).not.to.have.any.keys('inner', 'instance');
  });

  it('has no end where the lease passed before, or to another instance, or where nobody watched it', async () => {
    expect(leasePassedTo(await expired(), 'pg-2', fault(37))).to.equal(undefined);
    expect(leasePassedTo(await expired(), 'pg-3', fault(21))).to.equal(undefined);
    expect(leasePassedTo(await synthetic().run(), 'pg-2', fault(21))).to.equal(undefined);
  });
});

import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { leasePassedTo } from './lease-wait.ts';

describe('the wait for the lease of the old primary', () => {
  const story = () =>
    synthetic()
      .line('note', 25, { level: 'info', text: 'released', lease: { from: 'pg-1', to: '' } })
      .line('note', 36, { level: 'info', text: 'passed on', lease: { from: 'pg-1', to: 'pg-2' } })
      .run();

  it('ends when the lease passes to the instance', async () => {
    expect((await story()).notes).to.have.lengthOf(2);
    expect(leasePassedTo(await story(), 'pg-2', 21e6)).to.deep.include({ atUs: 36e6, observer: 'lease' });
  });

  it('has no end where the lease passed before, or to another instance, or where nobody watched it', async () => {
    expect(leasePassedTo(await story(), 'pg-2', 37e6)).to.equal(undefined);
    expect(leasePassedTo(await story(), 'pg-3', 21e6)).to.equal(undefined);
    expect(leasePassedTo(await synthetic().run(), 'pg-2', 21e6)).to.equal(undefined);
  });
});

import { expect } from 'chai';
import { describe, it } from 'mocha';
import { leasePassed, leaseReleased } from '../journal/lease-note.ts';
import { synthetic } from '../journal/synthetic.ts';
import { leaseWaitUs } from './lease-wait.ts';

describe('the wait for the lease of the old primary', () => {
  const story = () =>
    synthetic()
      .line('note', 25, { level: 'info', text: leaseReleased('pg-1') })
      .line('note', 36, { level: 'info', text: leasePassed('pg-1', 'pg-2') })
      .run();

  it('lasts until the lease passes on', async () => {
    expect(leaseWaitUs(await story(), 21e6, 45e6)).to.equal(15e6);
  });

  it('is nothing where the lease passed on before or after, or nobody watches one', async () => {
    expect(leaseWaitUs(await story(), 37e6, 45e6)).to.equal(0);
    expect(leaseWaitUs(await story(), 21e6, 30e6)).to.equal(0);
    expect(leaseWaitUs(await synthetic().run(), 21e6, 45e6)).to.equal(0);
  });
});

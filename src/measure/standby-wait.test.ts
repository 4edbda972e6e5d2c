import { expect } from 'chai';
import { describe, it } from 'mocha';
import { synthetic } from '../journal/synthetic.ts';
import { withoutStandbyUs } from './standby-wait.ts';

const gone = { streaming: false, syncState: 'none' };

describe('the wait of a new primary for a standby', () => {
  const story = (durability = 'required') =>
    synthetic({ durability })
      .replica('pg-2', [20, 25, 30], { syncState: 'primary' })
      .replica('pg-3', [10], {})
      .replica('pg-3', [20, 25, 30], gone)
      .replica('pg-1', [20, 25, 30], { streaming: false, syncState: 'unreachable' })
      .replica('pg-3', [35, 40], {})
      .run();

  it('lasts until one streams again', async () => {
    expect(withoutStandbyUs(await story(), 25e6, 50e6)).to.equal(10e6);
  });

  it('is not longer than what it is asked for', async () => {
    expect(withoutStandbyUs(await story(), 25e6, 32e6)).to.equal(7e6);
  });

  it('is nothing where one streams, where nobody has looked yet, and where commits do not wait', async () => {
    expect(withoutStandbyUs(await story(), 36e6, 50e6)).to.equal(0);
    expect(withoutStandbyUs(await story(), 1e6, 5e6)).to.equal(0);
    expect(withoutStandbyUs(await story('asynchronous'), 25e6, 50e6)).to.equal(0);
  });
});

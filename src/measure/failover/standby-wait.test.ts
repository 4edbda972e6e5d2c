import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { standbyWait } from './standby-wait.ts';

const gone = { streaming: false, syncState: 'none' };

describe('the wait of a primary for a standby', () => {
  /** pg-2 is the new primary; pg-3 does not stream from 20 to 35 s, and pg-1 not at all. */
  const story = (durability = 'required', back: object = {}) =>
    synthetic({ durability })
      .replica('pg-1', [10], { syncState: 'primary' })
      .replica('pg-2', [20, 25, 30], { syncState: 'primary' })
      .replica('pg-1', [20, 25, 30], { streaming: false, syncState: 'unreachable' })
      .replica('pg-3', [10], {})
      .replica('pg-3', [20, 25, 30], gone)
      .replica('pg-3', [35, 40], back)
      .role(32, 'sql', 'pg-2', 'primary', 2)
      .role(33, 'sql', 'pg-3', 'replica', 2)
      .run();

  it('ends with the first look that finds one streaming, and may have ended at any time since the look before', async () => {
    const found = standbyWait(await story(), 25e6, 50e6)!;
    expect(found.atUs).to.equal(35e6);
    expect(found.at).to.deep.equal({ lo: 30e6, hi: 35e6 });
    expect(found.evidence).to.have.lengthOf(2);
  });

  it('falls into two parts after a failover: until a standby follows the new timeline, and until it streams', async () => {
    expect(standbyWait(await story(), 25e6, 50e6, 'pg-2')!.inner?.atUs).to.equal(33e6);
    expect(standbyWait(await story(), 25e6, 50e6)!.inner).to.equal(undefined);
  });

  it('does not outlast the outage', async () => {
    expect(standbyWait(await story(), 25e6, 32e6)!.atUs).to.equal(32e6);
  });

  it('is not over with a standby that streams and is not synchronous', async () => {
    expect(standbyWait(await story('required', { syncState: 'async' }), 25e6, 50e6)!.atUs).to.equal(50e6);
  });

  it('is absent where one streams, where nobody has looked yet, and where commits do not wait', async () => {
    expect(standbyWait(await story(), 36e6, 50e6)).to.equal(undefined);
    expect(standbyWait(await story(), 1e6, 5e6)).to.equal(undefined);
    expect(standbyWait(await story('asynchronous'), 25e6, 50e6)).to.equal(undefined);
  });
});

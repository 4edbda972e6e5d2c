import { expect } from 'chai';
import { describe as describeReplica } from './replication.ts';

const instance = { kind: 'instance', name: 'pg2', host: 'pg2', address: '198.18.0.22' } as const;
const standby = { standby: true, checkpoint_timeline: 1, timeline: null, received_timeline: 2 };
const stream = { address: '198.18.0.22', sync_state: 'sync', lag: 12 };

describe('whether a standby streams', () => {
  it('needs both sides to say so', () => {
    expect(describeReplica(instance, standby, [stream])).to.include({
      streaming: true,
      syncState: 'sync',
      lagBytes: 12,
      timeline: 2,
    });
    expect(describeReplica(instance, standby, []).streaming).to.equal(false);
    expect(describeReplica(instance, { ...standby, received_timeline: null }, [stream]).streaming).to.equal(false);
  });

  it('is not shown by another standby’s stream', () => {
    expect(describeReplica(instance, standby, [{ ...stream, address: '198.18.0.23' }]).streaming).to.equal(false);
  });

  it('is denied of an instance that does not answer', () => {
    expect(describeReplica(instance, undefined, [stream])).to.include({ streaming: false, syncState: 'unreachable' });
  });

  it('is granted to the primary itself', () => {
    const primary = { standby: false, checkpoint_timeline: 1, timeline: 2, received_timeline: null };
    expect(describeReplica(instance, primary, [])).to.include({ streaming: true, syncState: 'primary', timeline: 2 });
  });
});

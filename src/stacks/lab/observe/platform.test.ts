import { expect } from 'chai';
import { beforeEach, describe, it } from 'mocha';
import { etcdPrefix } from '../config/places.ts';
import { Decisions } from './platform.ts';

describe('what Patroni decided', () => {
  let reported: string[];
  let decisions: Decisions;
  const leader = `${etcdPrefix}leader`;

  beforeEach(() => {
    reported = [];
    decisions = new Decisions((seen) => {
      if (seen.kind === 'role') reported.push(`${seen.instance} ${seen.role}`);
      if (seen.kind === 'note') reported.push(seen.text);
    });
    decisions.compare([{ key: leader, value: 'pg1' }], 0n);
  });

  it('begins with who is the primary', () => {
    expect(reported).to.deep.equal(['pg1 primary']);
  });

  it('is a loss when the leader’s key goes, and an election when it comes back', () => {
    decisions.see({ type: 'delete', key: leader, value: '' }, 1n);
    decisions.see({ type: 'put', key: leader, value: 'pg2' }, 2n);
    expect(reported.slice(1)).to.deep.equal(['pg1 lost', 'pg2 elected']);
  });

  it('is nothing new when the leader renews its key', () => {
    decisions.see({ type: 'put', key: leader, value: 'pg1' }, 1n);
    expect(reported).to.have.length(1);
  });

  it('is not lost when it fell between two watches', () => {
    decisions.compare([{ key: leader, value: 'pg3' }], 1n);
    expect(reported.slice(1)).to.deep.equal(['pg1 lost', 'pg3 elected']);
  });

  it('notes who is the synchronous standby', () => {
    decisions.see({ type: 'put', key: `${etcdPrefix}sync`, value: '{"leader":"pg1","sync_standby":"pg2"}' }, 1n);
    decisions.see({ type: 'put', key: `${etcdPrefix}sync`, value: '{"leader":"pg1","sync_standby":null}' }, 2n);
    expect(reported.slice(1)).to.deep.equal([
      'Patroni: synchronous standby of pg1 is pg2',
      'Patroni: synchronous standby of pg1 is nobody',
    ]);
  });
});

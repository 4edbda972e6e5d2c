import { expect } from 'chai';
import { proposalFor, settingsIn } from './proposals.ts';
import { remedies } from './remedies.ts';

const proposed = (uses: string, path: string): Record<string, string> => settingsIn(proposalFor(uses, path));

describe('the settings that are proposed for a client beforehand', () => {
  it('limit how long it waits on every path, and shut standbys out where its address can lead to one', () => {
    const waits = { query_timeout_s: '5', connect_timeout: '5' };
    expect(proposed('pgx-pool', 'pooler-session')).to.deep.equal(waits);
    expect(proposed('pgx-pool', 'pooler')).to.deep.equal(waits);
    for (const path of ['direct', 'hosts', 'late'])
      expect(proposed('pgx-pool', path)).to.deep.equal({ ...waits, target_session_attrs: 'read-write' });
  });

  it('send a statement in one piece through a pooler in transaction mode, where a library does not', () => {
    expect(proposed('lib-pq', 'pooler')).to.include({ binary_parameters: 'yes' });
    expect(proposed('lib-pq', 'pooler-session')).not.to.have.property('binary_parameters');
  });

  it('do not replace connections all the time for a library that cannot ask a server', () => {
    expect(proposed('pg-pool', 'direct')).to.deep.equal(proposed('pg-pool', 'pooler'));
  });

  it('exist for every adapter that has remedies, and for no other program', () => {
    for (const uses of Object.keys(remedies))
      expect(Object.keys(proposed(uses, 'direct')).length, uses).to.be.greaterThan(0);
    expect(proposalFor('./mine', 'direct')).to.deep.equal([]);
  });
});

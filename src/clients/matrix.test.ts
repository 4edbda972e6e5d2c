import { expect } from 'chai';
import { clientUses } from '../scenario/client-use.ts';
import { cellLevels, drillOf, variantOf } from './matrix.ts';

describe('the drill of a cell of the matrix of clients', () => {
  const usesOf = (levels: Record<string, string>) => {
    const { load } = drillOf(['lib-pq:pool_size=3,connect_timeout=9', './mine'], levels);
    return clientUses(load.clients).map((use) => {
      if (typeof use === 'string') throw new Error(use);
      return [use.name, use.settings];
    });
  };
  const own = { pool_size: '3', connect_timeout: '9' };

  it('gives clients their own settings, those that are proposed for the path over them, or both side by side', () => {
    const proposed = { pool_size: '3', connect_timeout: '5', query_timeout_s: '5', binary_parameters: 'yes' };
    expect(usesOf({ path: 'direct', fault: 'crash' })).to.deep.equal([
      ['lib-pq', own],
      ['mine', {}],
    ]);
    expect(usesOf({ path: 'pooler', settings: 'default+proposed', fault: 'crash' })).to.deep.equal([
      ['lib-pq', own],
      ['lib-pq-proposed', proposed],
      ['mine', {}],
      ['mine-proposed', {}],
    ]);
  });

  it('knows afterwards which is which', () => {
    const levels = cellLevels('direct', ['default', 'proposed'], 'crash');
    expect(variantOf('hikari-proposed', levels)).to.deep.equal({ client: 'hikari', variant: 'proposed' });
    expect(variantOf('hikari', levels)).to.deep.equal({ client: 'hikari', variant: 'default' });
    expect(variantOf('my-proposed', { path: 'direct', fault: 'crash' }).variant).to.equal('default');
  });

  it('changes the mode of the poolers on a lab that is up', () => {
    const topologyOf = (path: string) => drillOf(['lib-pq'], { path, fault: 'crash' }).topology;
    expect(topologyOf('pooler-session').settings).to.deep.equal({ pool_mode: 'session' });
    expect({ ...topologyOf('pooler-session'), settings: {} }).to.deep.equal(topologyOf('pooler'));
  });

  it('is called as before where settings are the default', () => {
    expect(cellLevels('direct', ['default'], 'crash')).to.deep.equal({ path: 'direct', fault: 'crash' });
    expect(cellLevels('direct', ['default', 'proposed'], 'crash')).to.deep.equal({
      path: 'direct',
      settings: 'default+proposed',
      fault: 'crash',
    });
  });
});

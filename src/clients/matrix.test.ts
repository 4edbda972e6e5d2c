import { expect } from 'chai';
import { combinations } from '../scenario/cells.ts';
import { clientUses } from '../scenario/client-use.ts';
import { cellLevels, drillOf } from './matrix.ts';

describe('the drill of a cell of the matrix of clients', () => {
  const settingsOf = (levels: Record<string, string>) => {
    const { load } = drillOf(['lib-pq:pool_size=3,connect_timeout=9', './mine'], levels);
    return clientUses(load.clients).map((use) => (typeof use === 'string' ? use : use.settings));
  };

  it('gives clients their own settings, or those that are proposed for the path over them', () => {
    expect(settingsOf({ path: 'direct', fault: 'crash' })).to.deep.equal([
      { pool_size: '3', connect_timeout: '9' },
      {},
    ]);
    expect(settingsOf({ path: 'pooler', settings: 'proposed', fault: 'crash' })).to.deep.equal([
      { pool_size: '3', connect_timeout: '5', query_timeout_s: '5', binary_parameters: 'yes' },
      {},
    ]);
  });

  it('changes the mode of the poolers on a lab that is up', () => {
    const topologyOf = (path: string) => drillOf(['lib-pq'], { path, fault: 'crash' }).topology;
    expect(topologyOf('pooler-session').settings).to.deep.equal({ pool_mode: 'session' });
    expect({ ...topologyOf('pooler-session'), settings: {} }).to.deep.equal(topologyOf('pooler'));
  });

  it('is called as before where settings are the default', () => {
    const all = combinations({ path: ['direct'], settings: ['default', 'proposed'], fault: ['crash'] });
    expect(all.map(cellLevels)).to.deep.equal([
      { path: 'direct', fault: 'crash' },
      { path: 'direct', settings: 'proposed', fault: 'crash' },
    ]);
  });
});

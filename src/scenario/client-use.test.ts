import { expect } from 'chai';
import { clientUseSchema, clientUses } from './client-use.ts';

describe('the client programs of a load', () => {
  const defaults = { path: 'pooler', workers: 10, ratePerSecond: 20, settings: {} };

  it('are named, or described by an object', () => {
    expect(clientUses(['pg-pool', { use: './My Client.py', ...defaults, path: 'direct' }])).to.deep.equal([
      { use: 'pg-pool', name: 'pg-pool', ...defaults },
      { use: './My Client.py', name: 'my-client', ...defaults, path: 'direct' },
    ]);
  });

  it('take settings behind a colon', () => {
    expect(clientUses(['psycopg-pool:path=hosts,workers=5,rate=2.5,options=-cstatement_timeout=5s'])).to.deep.equal([
      {
        use: 'psycopg-pool',
        name: 'psycopg-pool',
        path: 'hosts',
        workers: 5,
        ratePerSecond: 2.5,
        settings: { options: '-cstatement_timeout=5s' },
      },
    ]);
  });

  it('have names of their own', () => {
    const names = clientUses(['pg-pool', 'pg-pool:pool_size=1', 'pg-pool:name=mine']).map((use) =>
      typeof use === 'string' ? use : use.name,
    );
    expect(names).to.deep.equal(['pg-pool', 'pg-pool-2', 'mine']);
  });

  it('say what is wrong with them', () => {
    expect(clientUses(['pg-pool:workers=0'])[0]).to.match(/^pg-pool:workers=0: workers: /);
    expect(clientUses(['pg-pool:rate=x'])[0]).to.match(/ratePerSecond: /);
    expect(clientUses(['pg-pool:path=moon'])[0]).to.match(/path: /);
    expect(clientUses(['pg-pool:name=A B'])[0]).to.match(/name: a name is lower case/);
    for (const text of ['pg-pool:', 'pg-pool:x', 'pg-pool:x=', ':x=1', 'a b'])
      expect(clientUseSchema.safeParse(text).success, text).to.equal(false);
  });
});

import { expect } from 'chai';
import { pooler } from '../example.ts';
import { poolerClientLimit } from './pooler-client-limit.ts';
import { placesOf } from './try-rule.ts';

describe('pooler-client-limit', () => {
  it('finds a pool with its reserve that is larger than the default limit', () => {
    expect(
      placesOf(
        poolerClientLimit,
        pooler(`instances: 1
pgbouncer:
  parameters:
    default_pool_size: "80"
    reserve_pool_size: "40"`),
      ),
    ).to.eql(['parameters:']);
  });

  it('raises nothing where clients outnumber the pool', () => {
    for (const text of [
      pooler(`instances: 1
pgbouncer:
  parameters:
    default_pool_size: "80"`),
      pooler(`instances: 1
pgbouncer:
  parameters:
    default_pool_size: "200"
    max_client_conn: "1000"`),
    ])
      expect(placesOf(poolerClientLimit, text), text).to.eql([]);
  });
});

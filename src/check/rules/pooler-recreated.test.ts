import { expect } from 'chai';
import { pooler } from '../example.ts';
import { poolerRecreated } from './pooler-recreated.ts';
import { placesOf } from './try-rule.ts';

describe('pooler-recreated', () => {
  it('finds the strategy', () => {
    expect(
      placesOf(
        poolerRecreated,
        pooler(`instances: 2
deploymentStrategy:
  type: Recreate
pgbouncer: {}`),
      ),
    ).to.eql(['type: Recreate']);
  });

  it('raises nothing on a rolling update', () => {
    for (const text of [
      pooler(`instances: 2
deploymentStrategy:
  type: RollingUpdate
pgbouncer: {}`),
    ])
      expect(placesOf(poolerRecreated, text), text).to.eql([]);
  });
});

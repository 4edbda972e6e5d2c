import { expect } from 'chai';
import { pooler } from '../example.ts';
import { poolerPaused } from './pooler-paused.ts';
import { placesOf } from './try-rule.ts';

describe('pooler-paused', () => {
  it('finds a pause', () => {
    expect(
      placesOf(
        poolerPaused,
        pooler(`instances: 1
pgbouncer:
  paused: true`),
      ),
    ).to.eql(['paused: true']);
  });

  it('raises nothing without one', () => {
    for (const text of [
      pooler(`instances: 1
pgbouncer:
  paused: false`),
    ])
      expect(placesOf(poolerPaused, text), text).to.eql([]);
  });
});

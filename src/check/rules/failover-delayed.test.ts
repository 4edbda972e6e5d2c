import { expect } from 'chai';
import { cluster } from '../example.ts';
import { failoverDelayed } from './failover-delayed.ts';
import { placesOf } from './try-rule.ts';

describe('failover-delayed', () => {
  it('finds a delay', () => {
    expect(
      placesOf(
        failoverDelayed,
        cluster(`instances: 3
failoverDelay: 5`),
      ),
    ).to.eql(['failoverDelay: 5']);
  });

  it('raises nothing on zero, the default', () => {
    for (const text of [
      cluster(`instances: 3
failoverDelay: 0`),
      cluster(`instances: 3`),
    ])
      expect(placesOf(failoverDelayed, text), text).to.eql([]);
  });
});

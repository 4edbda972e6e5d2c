import { expect } from 'chai';
import { cluster } from '../example.ts';
import { disruptionBudgetOff } from './disruption-budget-off.ts';
import { placesOf } from './try-rule.ts';

describe('disruption-budget-off', () => {
  it('finds a budget that is off with several instances', () => {
    expect(
      placesOf(
        disruptionBudgetOff,
        cluster(`instances: 2
enablePDB: false`),
      ),
    ).to.eql(['enablePDB: false']);
  });

  it('raises nothing with one instance, or by default', () => {
    for (const text of [
      cluster(`instances: 1
enablePDB: false`),
      cluster(`instances: 3
enablePDB: true`),
      cluster(`instances: 3`),
    ])
      expect(placesOf(disruptionBudgetOff, text), text).to.eql([]);
  });
});

import { expect } from 'chai';
import { cluster } from '../example.ts';
import { isolationCheckOff } from './isolation-check-off.ts';
import { placesOf } from './try-rule.ts';

describe('isolation-check-off', () => {
  it('finds a check that is off', () => {
    expect(
      placesOf(
        isolationCheckOff,
        cluster(`instances: 3
probes:
  liveness:
    isolationCheck:
      enabled: false`),
      ),
    ).to.eql(['enabled: false']);
  });

  it('raises nothing with one instance, or by default', () => {
    for (const text of [
      cluster(`instances: 1
probes:
  liveness:
    isolationCheck:
      enabled: false`),
      cluster(`instances: 3`),
    ])
      expect(placesOf(isolationCheckOff, text), text).to.eql([]);
  });
});

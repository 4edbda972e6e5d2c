import { expect } from 'chai';
import { parseDurationMs } from './duration.ts';
import { UsageError } from './errors.ts';

describe('parseDurationMs', () => {
  it('reads every unit', () => {
    expect(['500ms', '20s', '1.5m', '1h'].map(parseDurationMs)).to.deep.equal([500, 20_000, 90_000, 3_600_000]);
  });
  for (const bad of ['20', 's', '-5s', '20 s', '5days', ''])
    it(`refuses "${bad}"`, () => expect(() => parseDurationMs(bad)).to.throw(UsageError, 'is not a duration'));
});

import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { longestGapS } from './schedule.ts';

const days = (fields: string, zone = 'Etc/UTC') => longestGapS(fields, zone) / 86_400;

describe('the schedule of a drill', () => {
  it('leaves as much time between two turns as the longest gap takes', () => {
    expect(days('0 3 1 * *')).to.equal(31);
    expect(days('0 3 * * 0')).to.equal(7);
    expect(days('0 3 31 * *')).to.equal(61);
    // The clock is turned back in autumn.
    expect(days('0 4 * * *', 'Europe/Vienna')).to.be.closeTo(25 / 24, 0.001);
  });

  for (const [fields, zone, says] of [
    ['daily', 'Etc/UTC', /five fields/],
    ['0 0 3 1 * *', 'Etc/UTC', /five fields/],
    ['0 3 32 * *', 'Etc/UTC', /is not one of a CronJob/],
    ['0 3 30 2 *', 'Etc/UTC', /does not/],
    ['0 3 1 * *', 'Mars/Phobos', /--time-zone expects a name/],
    ['0 3 1 * *', '+02:00', /--time-zone expects a name/],
    ['0 3 1 * *', 'Local', /--time-zone expects a name/],
  ] as const)
    it(`is refused: ${fields} in ${zone}`, () => {
      expect(() => longestGapS(fields, zone)).to.throw(UsageError, says);
    });
});

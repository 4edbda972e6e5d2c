import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseStat } from './processes.ts';

describe('a line of /proc/PID/stat', () => {
  it('is read with any name', () => {
    expect(parseStat('29 (postgres) T 1 29 29 0')).to.deep.equal({ pid: 29, name: 'postgres', state: 'T', parent: 1 });
    expect(parseStat('30 (odd) R 9 name)) S 7 30 30 0')).to.deep.equal({
      pid: 30,
      name: 'odd) R 9 name)',
      state: 'S',
      parent: 7,
    });
  });

  it('of a process that has gone is nothing', () => {
    expect(parseStat('')).to.equal(undefined);
  });
});

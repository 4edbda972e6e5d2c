import { expect } from 'chai';
import { check } from './check.ts';
import { collect } from './tree/collect.ts';

describe('the corrected manifests', () => {
  it('raise nothing', async () => {
    const { sources } = await collect(['fixtures/manifests/*.yaml'], process.stdin);
    expect(sources.length).to.be.greaterThan(5);
    expect(check(sources, Date.UTC(2026, 10, 1)).map(({ rule, file, line }) => `${rule} ${file}:${line}`)).to.eql([]);
  });
});

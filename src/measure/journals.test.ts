/** Journals of real runs, judged again: a change of a measure shows here in milliseconds. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { readRunFile } from '../journal/read.ts';
import { judge } from './judge.ts';
import { asStored } from './stored-verdict.ts';
import type { Verdict } from './verdict.ts';

const folder = 'fixtures/journals';
const journals = existsSync(folder) ? readdirSync(folder).sort() : [];
// Upgrades need a second operator or image; their journals come with their first runs.
const scenarios = readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
  .filter((name) => /^(?!k6|studies|upgrades)([a-z0-9-]+\/)?[a-z0-9-]+\.ts$/.test(name))
  .map((name) => basename(name, '.ts'));
const storedVerdict = (name: string) => JSON.parse(readFileSync(join(folder, name, 'verdict.json'), 'utf8')) as Verdict;

describe('the journals of real runs', () => {
  for (const name of journals)
    it(`${name} is judged as it was`, async () => {
      const stored = storedVerdict(name);
      const verdict = judge(await readRunFile(join(folder, name, 'run.ndjson.gz')));
      expect(JSON.parse(JSON.stringify(asStored(verdict, stored)))).to.deep.equal(stored);
    });

  it('are at most 300 KB each, but for two drills on CloudNativePG that take minutes', () => {
    const sizeOf = (name: string) => statSync(join(folder, name, 'run.ndjson.gz')).size;
    const large = journals.filter((name) => sizeOf(name) > 300 * 1024);
    expect(large).to.deep.equal(['k3s-object-store-down', 'k3s-primary-freeze']);
    for (const name of large) expect(sizeOf(name), name).to.be.at.most(600 * 1024);
  });

  it('hold for every scenario one that passed and one that failed', () => {
    const outcomes = journals.map((name) => `${storedVerdict(name).scenario} ${storedVerdict(name).outcome}`);
    for (const name of scenarios) expect(outcomes).to.include.members([`${name} pass`, `${name} fail`]);
  });
});

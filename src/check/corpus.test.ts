/** Trees as public repositories have them, with all that is to be found in each; and every change, as git applies it. */
import { expect } from 'chai';
import { tryChanges } from './test-changes.ts';
import { checked, entriesIn, inCopy, linesOf } from './test-corpus.ts';

const kinds = entriesIn('fixtures/check/kinds');
const cases = entriesIn('fixtures/check/cases');
const corpus = entriesIn('fixtures/check/corpus');

describe('trees of manifests', function () {
  this.timeout(60_000);
  for (const entry of [...kinds, ...cases, ...corpus])
    it(`${entry.folder.split('/').slice(2).join('/')}: ${entry.shows}`, () =>
      inCopy(entry, async () => {
        const before = await checked(entry);
        expect(linesOf(before)).to.eql(entry.expected);
        await tryChanges(entry, before);
      }));

  it('cover the kinds and enough of the corpus', () => {
    expect(kinds.length).to.be.at.least(45);
    expect(cases.length).to.be.at.least(60);
    expect(corpus.length).to.be.at.least(60);
  });
});

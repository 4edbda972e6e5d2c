/** The example reports: each can be rendered again, from a journal that is kept (`node scripts/examples.mjs`). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readRunFile } from '../journal/read.ts';

const folder = 'reports/examples';
const examples = JSON.parse(readFileSync(join(folder, 'journals.json'), 'utf8')) as Record<string, string>;
const documents = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

describe('the example reports', () => {
  it('are those of the list, and no others', () => {
    const pages = readdirSync(folder).filter((name) => name.endsWith('.html'));
    expect(pages.sort()).to.deep.equal(
      Object.keys(examples)
        .map((name) => `${name}.html`)
        .sort(),
    );
  });

  for (const [name, journal] of Object.entries(examples))
    it(`${name} is the page of the journal ${journal}`, async () => {
      const { header } = await readRunFile(`fixtures/journals/${journal}/run.ndjson.gz`);
      expect(readFileSync(join(folder, `${name}.html`), 'utf8')).to.contain(`from run <code>${header.id}</code>`);
      expect(name).to.equal(`${header.scenario.name}-${header.stack}`);
    });

  it('exist wherever the documentation names one', () => {
    const named = documents.flatMap((file) => [
      ...readFileSync(file, 'utf8').matchAll(/reports\/examples\/([\w./-]+\.\w+)/g),
    ]);
    expect(named.length).to.be.greaterThan(3);
    expect(named.map(([, path]) => path!).filter((path) => !existsSync(join(folder, path)))).to.deep.equal([]);
  });
});

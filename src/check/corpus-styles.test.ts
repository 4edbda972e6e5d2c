/** The same trees in other styles: changes must fit line ends, JSON, flow style, a kustomization and Flux variables. */
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseAllDocuments, stringify } from 'yaml';
import { tryChanges } from './test-changes.ts';
import { checked, entriesIn, inCopy } from './test-corpus.ts';

const file = 'manifests.yaml';
const text = (): string => readFileSync(file, 'utf8');
const objects = (): unknown[] => parseAllDocuments(text()).map((document) => document.toJS());

const styles: Readonly<Record<string, () => void>> = {
  'lines that end in CR LF': () => writeFileSync(file, text().replaceAll('\n', '\r\n')),
  'a List in JSON': () => {
    writeFileSync(
      'manifests.json',
      `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects() }, null, 2)}\n`,
    );
    unlinkSync(file);
  },
  'flow style': () =>
    writeFileSync(
      file,
      objects()
        .map((object) => `${JSON.stringify(object).replace(/"(\w+)":/g, '$1: ')}\n`)
        .join('---\n'),
    ),
  'a kustomization with a namespace': () =>
    writeFileSync('kustomization.yaml', `namespace: data\nresources:\n  - ${file}\n`),
  'variables with defaults': () =>
    writeFileSync(file, text().replace(/^( +(?:instances|failoverDelay|server_\w+): )"?(\d+)"?$/gm, '$1$' + '{X:=$2}')),
  'indentation by four and sequences without': () =>
    writeFileSync(
      file,
      objects()
        .map((object) => stringify(object, { indent: 4, indentSeq: false }))
        .join('---\n'),
    ),
};

/** Changes that git applied and that were checked again. */
let applied = 0;

describe('changes', function () {
  this.timeout(120_000);
  for (const [style, rewrite] of Object.entries(styles))
    it(`fit ${style}`, async () => {
      for (const entry of entriesIn('fixtures/check/corpus'))
        await inCopy(entry, async () => {
          rewrite();
          applied += await tryChanges(entry, await checked(entry));
        });
    });

  it('are hundreds', () => expect(applied).to.be.at.least(604));
});

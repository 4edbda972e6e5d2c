/** A fault is a file of its own, a file for each stack that has it, and one line in each of their registries. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { faultKinds } from './index.ts';

const registries = [
  'src/faults/words/index.ts',
  ...['lab', 'k3s', 'cluster'].map((stack) => `src/stacks/${stack}/faults/words.ts`),
];
/** Where else a word may stand, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  'src/journal/compatibility/needs.ts': 'what journals of version 0.1 needed, by scenario',
  'src/manifests/admission-deleted.ts':
    'the faults that delete pods without grace, which the admission policy lets nobody else do',
  'src/measure/backups/archive.ts': 'archiveDrainMs is measured from the end of a store-down',
};
const isOwnFile = (file: string, word: string): boolean =>
  new RegExp(`^src/(faults/words|stacks/\\w+/faults)/${word}\\.ts$`).test(file);

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/\.(test|e2e)\.ts$/.test(name) && !name.startsWith('check/rules/'))
  .map((name) => join('src', name));

/** The files that hold a fault's word as a text of their own; words that are also English are left out. */
const mentions = (texts: ReadonlyMap<string, string>): string[] =>
  faultKinds
    .filter((word) => word.includes('-'))
    .flatMap((word) =>
      [...texts]
        .filter(([file, text]) => !isOwnFile(file, word) && new RegExp(`['"\`]${word}['"\`]`).test(text))
        .map(([file]) => file),
    );

describe('a fault', () => {
  it('stands in its own files and its registries only', () => {
    const found = mentions(new Map(files.map((file) => [file, readFileSync(file, 'utf8')])));
    expect(found.filter((file) => !registries.includes(file) && !(file in elsewhere))).to.deep.equal([]);
    expect(Object.keys(elsewhere).filter((file) => !found.includes(file))).to.deep.equal([]);
  });

  it('is one line in each registry', () => {
    for (const registry of registries) {
      const [head, ...lines] = readFileSync(registry, 'utf8').trimEnd().split('\n');
      expect(head).to.match(/^\/\*\* .* \*\/$/);
      for (const line of lines)
        expect(line, registry).to.match(/^export \{ \w+( as (\w+|'[a-z-]+'))? \} from '\S+\.ts';$/);
    }
  });

  it('that another file names is found', () => {
    expect(mentions(new Map([['src/run/order.ts', "if (fault === 'thin-link') return;"]]))).to.deep.equal([
      'src/run/order.ts',
    ]);
  });
});

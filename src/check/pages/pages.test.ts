import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { rules } from '../rules/index.ts';
import { listText } from './list.ts';
import { pagesOf } from './write.ts';

describe('pages of the rules', () => {
  const pages = pagesOf(rules);

  it('are in docs/rules as the rules make them (npm run docs:rules)', () => {
    for (const [name, text] of pages) expect(readFileSync(`docs/rules/${name}`, 'utf8'), name).to.equal(text);
    expect(readdirSync('docs/rules').sort()).to.eql([...pages.keys()].sort());
  });

  it('show a bad and a good example, which are YAML and differ', () => {
    for (const { id } of rules) {
      const examples = [...pages.get(`${id}.md`)!.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]!);
      expect(examples, id).to.have.length(2);
      expect(examples[0]).not.to.equal(examples[1]);
      for (const example of examples)
        for (const document of parseAllDocuments(example)) expect(document.errors, `${id}\n${example}`).to.eql([]);
    }
  });

  it('are listed with a line each', () => {
    const lines = listText(rules).trimEnd().split('\n');
    expect(lines).to.have.length(rules.length);
    for (const line of lines) expect(line).to.match(/^[a-z-]+ +(error|warning|info) +\S/);
  });
});

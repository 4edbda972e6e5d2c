import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { readAssertions } from './assertions.ts';

describe('a file of assertions', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-assertions-'));
  });
  after(() => rm(folder, { recursive: true }));
  const read = async (text: string) => {
    const path = join(folder, 'a.yaml');
    await writeFile(path, text);
    return readAssertions([path]).catch((error: Error) => error.message);
  };

  it('holds queries, each with a value or a range; one without a name is called by its query', async () => {
    const text = `assertions:
      - { name: orders, sql: select count(*) from orders, expect: { min: 1 } }
      - { sql: select 1, expect: 1 }`;
    expect(await read(text)).to.deep.equal([
      { name: 'orders', sql: 'select count(*) from orders', expect: { min: 1 } },
      { name: 'select 1', sql: 'select 1', expect: 1 },
    ]);
  });

  const refusals: readonly [string, string, RegExp][] = [
    ['what is not YAML', 'assertions: [', /is not YAML/],
    ['none', 'assertions: []', /should hold assertions/],
    [
      'a statement other than a query',
      'assertions: [{ sql: drop table x, expect: 1 }]',
      /at assertions\.0\.sql: expected a query/,
    ],
    ['one that expects nothing', 'assertions: [{ sql: select 1 }]', /at assertions\.0\.expect/],
    ['an empty range', 'assertions: [{ sql: select 1, expect: {} }]', /at assertions\.0\.expect/],
    ['a word that it does not know', 'assertions: [{ sql: select 1, expect: 1, limit: 2 }]', /at assertions\.0/],
  ];
  for (const [what, text, why] of refusals)
    it(`is refused for ${what}`, async () => {
      expect(await read(text)).to.match(why);
    });

  it('is refused where it does not exist', async () => {
    const error = await readAssertions([join(folder, 'none.yaml')]).catch((reason: Error) => reason.message);
    expect(error).to.include('cannot be read');
  });
});

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readRunFile } from '../../journal/read.ts';
import { meaningOf } from './error-meanings.ts';

describe('the meaning of an error', () => {
  it('is known for every SQLSTATE that clients met in the stored journals', async () => {
    const folder = 'fixtures/journals';
    const texts = new Set<string>();
    for (const name of readdirSync(folder))
      for (const text of (await readRunFile(join(folder, name, 'run.ndjson.gz'))).ops.errors) texts.add(text);
    expect(texts.size).to.be.greaterThan(5);
    const unknown = [...texts].filter((text) => /^[0-9A-Z]{5} /.test(text) && meaningOf(text) === undefined);
    expect(unknown).to.deep.equal([]);
  }).timeout(60_000);

  it('distinguishes PgBouncer’s own errors, which all have the same SQLSTATE', () => {
    expect(meaningOf('08P01 query_wait_timeout')).to.contain('no server connection came free');
    expect(meaningOf('08P01 something new')).to.equal('an error of PgBouncer’s own');
    expect(meaningOf('a message in words')).to.equal(undefined);
  });
});

import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { EvidencePack } from '../report/evidence/pack.ts';
import { callProgram } from './program.ts';

describe('pgdrill evidence', () => {
  let out: string;
  before(() => {
    out = mkdtempSync(join(tmpdir(), 'pgdrill-evidence-'));
  });
  after(() => rmSync(out, { recursive: true, force: true }));

  /** A run of the fixtures in a folder of runs. */
  function keep(name: string, change: (verdict: string) => string = (text) => text): string {
    const folder = join(out, name);
    mkdirSync(folder);
    copyFileSync(`fixtures/journals/${name}/run.ndjson.gz`, join(folder, 'run.ndjson.gz'));
    writeFileSync(join(folder, 'verdict.json'), change(readFileSync(`fixtures/journals/${name}/verdict.json`, 'utf8')));
    return folder;
  }
  const pack = (): EvidencePack => JSON.parse(readFileSync(join(out, 'evidence', 'evidence.json'), 'utf8'));

  it('writes the pack beside the runs, with the SHA-256 of each file', async () => {
    const folder = keep('primary-crash-passed');
    expect(await callProgram(['evidence', folder])).to.equal(0);
    const [entry] = pack().runs;
    const sha256 = createHash('sha256')
      .update(readFileSync(join(folder, 'run.ndjson.gz')))
      .digest('hex');
    expect(entry!.files[0]).to.deep.include({ name: 'run.ndjson.gz', sha256 });
    expect(entry!.files.map(({ name }) => name)).to.deep.equal(['run.ndjson.gz', 'verdict.json']);
    expect(entry!.doubts).to.deep.equal([]);
    expect(readFileSync(join(out, 'evidence', 'evidence.html'), 'utf8')).to.contain(sha256);
  });

  it('says where the verdict of then is not what the journal gives', async () => {
    const folder = keep('primary-crash-failed', (text) => text.replace('"outcome": "fail"', '"outcome": "pass"'));
    expect(await callProgram(['evidence', folder])).to.equal(0);
    expect(pack().runs[0]!.doubts.join()).to.contain('verdict.json says pass; the journal judged again gives fail');
  });

  it('refuses what is not a run', async () => {
    expect(await callProgram(['evidence', join(out, 'nothing')])).to.equal(3);
  });
});

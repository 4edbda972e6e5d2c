import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { readRunFile } from '../journal/read.ts';
import { synthetic } from '../journal/synthetic.ts';
import { prune } from './prune.ts';

describe('pgdrill prune', () => {
  let out: string;
  const lines = synthetic({ seconds: 5 }).stream('direct').end().lines().join('\n');
  const makeRun = async (run: string, scenario: string) => {
    await mkdir(join(out, run, 'logs'), { recursive: true });
    await writeFile(join(out, run, 'run.ndjson'), lines);
    await writeFile(join(out, run, 'verdict.json'), JSON.stringify({ scenario, stack: 'lab' }));
    await writeFile(join(out, run, 'report.html'), 'x');
    await writeFile(join(out, run, 'logs', 'pg-1.log'), 'y'.repeat(1000));
  };
  beforeEach(async () => {
    out = await mkdtemp(join(tmpdir(), 'pgdrill-prune-'));
    for (const run of ['20260101-a', '20260102-a', '20260103-a']) await makeRun(run, 'a');
    await makeRun('20260101-b', 'b');
    await writeFile(join(out, 'history.ndjson'), 'kept');
    await mkdir(join(out, '20260104-a'));
    await writeFile(join(out, '20260104-a', 'run.ndjson'), 'under way');
  });
  afterEach(() => rm(out, { recursive: true }));

  it('packs the journals of the newest runs of each scenario, which can still be judged, and thins the others', async () => {
    const done = await prune(out, 2, false);
    expect(done.map(({ run, what }) => `${run} ${what}`)).to.deep.equal([
      '20260101-a thinned',
      '20260101-b packed',
      '20260102-a packed',
      '20260103-a packed',
    ]);
    expect(done.every(({ freedBytes }) => freedBytes > 1000)).to.equal(true);
    expect(await readdir(join(out, '20260101-a'))).to.have.members(['verdict.json', 'report.html']);
    expect((await readRunFile(join(out, '20260103-a', 'run.ndjson.gz'))).end?.reason).to.equal('done');
  });

  it('touches neither the history nor a run under way, and has nothing to do a second time', async () => {
    await prune(out, 2, false);
    expect(await readdir(out)).to.include.members(['history.ndjson', '20260104-a']);
    expect(await readdir(join(out, '20260104-a'))).to.deep.equal(['run.ndjson']);
    expect(await prune(out, 2, false)).to.deep.equal([]);
  });

  it('changes nothing where it is only asked what it would do', async () => {
    expect(await prune(out, 1, true)).to.have.lengthOf(4);
    expect(await readdir(join(out, '20260101-a'))).to.include('run.ndjson');
  });

  it('refuses a folder that is not there', async () => {
    const refusal = await prune(join(out, 'nowhere'), 1, true).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(UsageError);
  });
});

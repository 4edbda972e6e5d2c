import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../../errors.ts';
import { readRunFile } from '../../journal/read.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { prune } from './prune.ts';

describe('pgdrill prune', () => {
  let out: string;
  const lines = synthetic({ seconds: 5 }).stream('direct').end().lines().join('\n');
  const allFiles = ['run.ndjson', 'verdict.json', 'report.html', 'logs'];
  const makeRun = (run: string, scenario: string) => makeRunIn(out, run, scenario);
  const makeRunIn = async (out: string, run: string, scenario: string) => {
    await mkdir(join(out, run, 'logs'), { recursive: true });
    await writeFile(join(out, run, 'run.ndjson'), lines);
    await writeFile(join(out, run, 'verdict.json'), JSON.stringify({ run, scenario, stack: 'lab' }));
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
    expect((await readRunFile(join(out, '20260103-a', 'run.ndjson.zst'))).end?.reason).to.equal('done');
  });

  it('touches neither the history nor a run under way, and has nothing to do a second time', async () => {
    await prune(out, 2, false);
    expect(await readdir(out)).to.include.members(['history.ndjson', '20260104-a']);
    expect(await readdir(join(out, '20260104-a'))).to.deep.equal(['run.ndjson']);
    expect(await prune(out, 2, false)).to.deep.equal([]);
  });

  it('changes nothing where it is only asked what it would do', async () => {
    expect(await prune(out, 1, true)).to.have.lengthOf(4);
    for (const run of ['20260101-a', '20260103-a']) expect(await readdir(join(out, run))).to.have.members(allFiles);
  });

  it('never follows a link, and touches only runs', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'pgdrill-elsewhere-'));
    try {
      // Another folder of runs, whose runs a link makes look like ours.
      await makeRunIn(elsewhere, '20260101-z', 'a');
      await symlink(join(elsewhere, '20260101-z'), join(out, '20260101-z'));
      // A folder that only looks like a run: its verdict is another's, torn, or a link.
      await cp(join(out, '20260101-a'), join(out, 'copy-of-a'), { recursive: true });
      await makeRun('20260101-torn', 'a');
      await writeFile(join(out, '20260101-torn', 'verdict.json'), '{"run":');
      await makeRun('20260101-linked', 'a');
      await rm(join(out, '20260101-linked', 'verdict.json'));
      await symlink(join(elsewhere, '20260101-z', 'verdict.json'), join(out, '20260101-linked', 'verdict.json'));
      // Links in a run, to a file and to a folder.
      const precious = join(elsewhere, 'precious');
      await mkdir(precious);
      await writeFile(join(precious, 'data'), 'kept');
      await symlink(precious, join(out, '20260101-a', 'logs', 'link'));
      await symlink(precious, join(out, '20260101-a', 'folder'));
      await rm(join(out, '20260103-a', 'run.ndjson'));
      await symlink(join(elsewhere, '20260101-z', 'run.ndjson'), join(out, '20260103-a', 'run.ndjson'));

      const done = (await prune(out, 1, false)).map(({ run, what }) => `${run} ${what}`);
      expect(done).to.deep.equal(['20260101-a thinned', '20260101-b packed', '20260102-a thinned']);
      expect(await readdir(join(elsewhere, '20260101-z'))).to.have.members(allFiles);
      expect(await readFile(join(precious, 'data'), 'utf8')).to.equal('kept');
      for (const name of ['copy-of-a', '20260101-torn', '20260101-linked'])
        expect(await readdir(join(out, name)), name).to.have.members(allFiles);
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  it('is not led astray by what an attempt before it left', async () => {
    const victim = join(out, 'victim');
    await writeFile(victim, 'kept');
    await symlink(victim, join(out, '20260103-a', 'run.ndjson.zst.part'));
    await prune(out, 2, false);
    expect(await readFile(victim, 'utf8')).to.equal('kept');
    expect((await readRunFile(join(out, '20260103-a', 'run.ndjson.zst'))).end?.reason).to.equal('done');
  });

  it('says what it freed: of a journal what packing saves, of a folder all that is in it', async () => {
    const dry = await prune(out, 1, true);
    const done = await prune(out, 1, false);
    const of = (pruned: typeof done, run: string) => pruned.find((one) => one.run === run)!.freedBytes;
    const packed = (await stat(join(out, '20260103-a', 'run.ndjson.zst'))).size;
    expect(of(done, '20260103-a')).to.equal(lines.length - packed);
    expect(of(dry, '20260103-a'), 'not known before').to.equal(0);
    for (const pruned of [dry, done])
      expect(of(pruned, '20260101-a')).to.be.within(lines.length + 1_000, lines.length + 20_000);
  });

  it('refuses a folder that is not there', async () => {
    const refusal = await prune(join(out, 'nowhere'), 1, true).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(UsageError);
  });
});

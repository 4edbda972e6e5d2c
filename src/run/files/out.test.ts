import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, statfs, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SetupError, UsageError } from '../../errors.ts';
import { demandOut } from './out.ts';
import { whyNotWritten, writeWhole } from './written.ts';

describe('the folder of runs', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-out-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const refusal = (out: string, needed?: number): Promise<Error> =>
    demandOut(out, needed).then(
      () => new Error('it was accepted'),
      (error) => error,
    );

  it('is made where it does not exist, and left empty', async () => {
    const out = join(folder, 'a', 'b');
    await demandOut(out);
    await demandOut(out);
    expect(await readdir(out)).to.deep.equal([]);
  });

  it('is removed again for a command that is refused afterwards, unless it existed', async () => {
    const out = join(folder, 'a', 'b');
    await (await demandOut(out))();
    expect(existsSync(join(folder, 'a'))).to.equal(false);
    await (await demandOut(folder))();
    expect(existsSync(folder)).to.equal(true);
  });

  it('is refused where its disk is full, and nothing is left', async () => {
    const error = await refusal(join(folder, 'a', 'b'), Number.MAX_SAFE_INTEGER);
    expect(error).to.be.instanceOf(UsageError);
    expect(error.message).to.match(
      /^runs cannot be kept in .*: its disk has \d+ MB free, and a run may need \d+; name/,
    );
    expect(existsSync(join(folder, 'a'))).to.equal(false);
  });

  it('is refused where no file can be written to it, and its files stay', async () => {
    const inTheWay = join(folder, `.pgdrill-${process.pid}`);
    await mkdir(inTheWay);
    expect((await refusal(folder)).message).to.contain('a folder is in the way');
    expect(existsSync(inTheWay)).to.equal(true);
  });

  it('says how much room there is, and is accepted where that is just enough', async () => {
    const { bavail, bsize } = await statfs(folder);
    const refused = await refusal(folder, Number.MAX_SAFE_INTEGER);
    const free = Number(/its disk has (\d+) MB free/.exec(refused.message)?.[1]);
    // Others write to this disk, too.
    expect(free)
      .to.be.closeTo((bavail * bsize) / 1e6, 2_000)
      .and.be.greaterThan(0);
    expect((await refusal(folder, 0)).message).to.equal('it was accepted');
  });

  it('is refused where a file can be made in it, but nothing be written', async () => {
    await symlink('/dev/full', join(folder, `.pgdrill-${process.pid}`));
    expect((await refusal(folder)).message).to.contain('the disk is full');
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('is refused in one sentence where it cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    for (const out of [join(folder, 'file'), join(folder, 'file', 'a')])
      expect((await refusal(out)).message).to.contain('something else than a folder is in the way; name another');
    expect((await refusal('/proc/pgdrill/a')).message).to.contain('its folder does not exist');
  });
});

describe('a file that a run leaves', () => {
  it('that cannot be written is an error of one sentence, which says where the rest is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-written-'));
    try {
      const path = join(folder, 'report.html');
      await symlink('/dev/full', path);
      const error = await writeWhole('the report', path, 'x').catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(SetupError);
      expect((error as Error).message).to.equal(
        `the report ${path} cannot be written: the disk is full; the journal beside it is whole: once there is room, pgdrill judge and pgdrill report make the rest from it`,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is explained in the system’s own words where there are no better ones', () => {
    expect(whyNotWritten(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }))).to.equal('EIO: i/o error');
    expect(whyNotWritten(Object.assign(new Error('x'), { code: 'EDQUOT' }))).to.equal('the disk quota is used up');
  });
});

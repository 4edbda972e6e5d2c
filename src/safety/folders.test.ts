import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeFolders } from './folders.ts';

describe('making folders', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-folders-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'made',
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );

  it('makes every level with the mode that is asked for, and names what it made', async () => {
    const [a, b] = [join(folder, 'a'), join(folder, 'a', 'b')];
    expect(await makeFolders(b, 0o700)).to.deep.equal([a, b]);
    for (const path of [a, b]) expect((await stat(path)).mode & 0o777).to.equal(0o700);
    expect(await makeFolders(b)).to.deep.equal([]);
  });

  it('does not mind another process that makes it at the same moment', async () => {
    const path = join(folder, 'a', 'b', 'c');
    const made = await Promise.all(Array.from({ length: 8 }, () => makeFolders(path)));
    expect(made.flat().sort()).to.include(path);
    expect((await stat(path)).isDirectory()).to.equal(true);
  });

  it('makes the folder below one that exists, and none where the root is asked for', async () => {
    expect(await makeFolders('/')).to.deep.equal([]);
    expect(await makeFolders(folder)).to.deep.equal([]);
  });

  it('fails where a file is in the way, and below /proc, where it does not hang', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await codeOf(makeFolders(join(folder, 'file')))).to.equal('EEXIST');
    expect(await codeOf(makeFolders(join(folder, 'file', 'a')))).to.equal('EEXIST');
    expect(await codeOf(makeFolders('/proc/pgdrill/a'))).to.equal('ENOENT');
  });
});

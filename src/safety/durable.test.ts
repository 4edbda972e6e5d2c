import assert from 'node:assert';
import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { readOwnFile, removeDurably, removeUnfinished, writeDurably } from './durable.ts';
import { self } from './owner.ts';

describe('a small file', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-durable-'));
    file = join(folder, 'file.json');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const failure = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'nothing failed',
      (error: Error) => error.message,
    );

  it('is written whole, for its owner only, and read back', async () => {
    await writeDurably(file, { a: 1 });
    await writeDurably(file, { a: 2 });
    expect(JSON.parse((await readOwnFile(file))!)).to.deep.equal({ a: 2 });
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    expect(await readdir(folder)).to.deep.equal(['file.json']);
  });

  it('is not written through what a crash or somebody else left beside it', async () => {
    const precious = join(folder, 'precious');
    await writeFile(precious, 'kept');
    const { pid, startTicks } = await self();
    await symlink(precious, `${file}.${pid}-${startTicks}.unfinished`);
    await writeDurably(file, {});
    expect(await readFile(precious, 'utf8')).to.equal('kept');
    expect((await stat(file)).isFile()).to.equal(true);
  });

  it('that was being written when its process was killed is removed, and one that is being written is not', async () => {
    const { pid, startTicks } = await self();
    const [dead, alive] = [`${file}.${pid}-1.unfinished`, `${file}.${pid}-${startTicks}.unfinished`];
    for (const path of [dead, alive, file, join(folder, 'other.unfinished')]) await writeFile(path, '{');
    await removeUnfinished(folder);
    expect((await readdir(folder)).sort()).to.deep.equal(['file.json', basename(alive), 'other.unfinished'].sort());
  });

  it('is an error where its folder does not exist, and none to remove', async () => {
    const gone = join(folder, 'gone', 'file.json');
    expect(await failure(writeDurably(gone, {}))).to.contain('ENOENT');
    await removeDurably(gone);
    await removeDurably(file);
    expect(await failure(removeDurably('/proc/1/environ'))).to.not.equal('nothing failed');
  });

  it('is read only if it is a file, and not too large', async () => {
    expect(await readOwnFile(file)).to.equal(undefined);
    await mkdir(join(folder, 'folder'));
    expect(await failure(readOwnFile(join(folder, 'folder')))).to.equal('it should be a regular file, but is not');
    await symlink('/etc/hostname', file);
    expect(await failure(readOwnFile(file))).to.equal('it should be a regular file, but is not');
    const large = join(folder, 'large');
    await writeFile(large, ' '.repeat(262_144));
    expect(await readOwnFile(large)).to.have.lengthOf(262_144);
    await writeFile(large, ' '.repeat(262_145));
    expect(await failure(readOwnFile(large))).to.equal('it should hold at most 262144 bytes, but holds 262145');
  });

  it('leaves no file open, whether it is written, read or refused', async () => {
    const open = async () => (await readdir('/proc/self/fd')).length;
    await writeDurably(file, {});
    const before = await open();
    const large = join(folder, 'large');
    await writeFile(large, ' '.repeat(262_145));
    for (let i = 0; i < 20; i++) {
      await writeDurably(file, { i });
      await readOwnFile(file);
      await failure(readOwnFile(large));
      await failure(writeDurably(file, { toJSON: () => assert.fail('it cannot be written') }));
    }
    expect(await open()).to.be.at.most(before + 3);
  });

  it('is not read where another user owns it', async function () {
    if (process.geteuid?.() !== 0) this.skip();
    await writeFile(file, '{}');
    await chown(file, 65_534, 65_534);
    expect(await failure(readOwnFile(file))).to.equal('it should belong to user 0, but belongs to user 65534');
  });

  it('that only looks like one that was being written is left alone', async () => {
    for (const name of ['a.1-2.unfinished.json', 'a.x-2.unfinished', 'a.unfinished'])
      await writeFile(join(folder, name), '');
    await removeUnfinished(folder);
    expect(await readdir(folder)).to.have.lengthOf(3);
  });
});

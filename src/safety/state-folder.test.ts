import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { findStateFolder, ownStateFolder, stateFolder } from './state-folder.ts';

describe('the state folder', () => {
  let folder: string;
  const before = process.env.PGDRILL_STATE;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'pgdrill-state-')));
    process.env.PGDRILL_STATE = join(folder, 'state');
  });
  afterEach(async () => {
    if (before === undefined) delete process.env.PGDRILL_STATE;
    else process.env.PGDRILL_STATE = before;
    await rm(folder, { recursive: true });
  });

  const refusal = async (...parts: string[]): Promise<Error> =>
    ownStateFolder(...parts).then(
      () => new Error('it was accepted'),
      (error: Error) => error,
    );

  it('is the one that PGDRILL_STATE names, as an absolute path', () => {
    expect(stateFolder()).to.equal(join(folder, 'state'));
    process.env.PGDRILL_STATE = 'somewhere';
    expect(stateFolder()).to.equal(join(process.cwd(), 'somewhere'));
    expect(stateFolder({ PGDRILL_STATE: '' }, true)).to.equal('/var/lib/pgdrill');
  });

  it('is a user’s own where that is not root, who may not write into the machine’s', () => {
    expect(stateFolder({ XDG_STATE_HOME: '/home/ada/state' }, false)).to.equal('/home/ada/state/pgdrill');
    expect(stateFolder({}, false)).to.equal(join(homedir(), '.local/state/pgdrill'));
    expect(stateFolder({ PGDRILL_STATE: '/x' }, false)).to.equal('/x');
  });

  it('is the machine’s for root, and a user’s own for anybody else, by who runs this', function () {
    const { geteuid } = process;
    if (!geteuid) this.skip();
    try {
      process.geteuid = () => 0;
      expect(stateFolder({})).to.equal('/var/lib/pgdrill');
      process.geteuid = () => 1_000;
      expect(stateFolder({ XDG_STATE_HOME: '/home/ada/state' })).to.equal('/home/ada/state/pgdrill');
    } finally {
      process.geteuid = geteuid;
    }
  });

  it('is made for its owner only, with the folders in it', async () => {
    expect(await ownStateFolder('undo')).to.equal(join(folder, 'state', 'undo'));
    for (const path of ['state', 'state/undo'])
      expect((await stat(join(folder, path))).mode & 0o777, path).to.equal(0o700);
    expect(await ownStateFolder('undo'), 'a second time').to.equal(join(folder, 'state', 'undo'));
  });

  it('is looked for without being made', async () => {
    expect(await findStateFolder('undo')).to.equal(undefined);
    expect(existsSync(join(folder, 'state'))).to.equal(false);
    await ownStateFolder('undo');
    expect(await findStateFolder('undo')).to.equal(join(folder, 'state', 'undo'));
    await chmod(join(folder, 'state'), 0o777);
    expect(await findStateFolder('undo').catch((error: unknown) => error)).to.be.instanceOf(UsageError);
  });

  it('may lie behind a symbolic link that its owner made', async () => {
    await mkdir(join(folder, 'real'), { mode: 0o700 });
    await symlink(join(folder, 'real'), join(folder, 'state'));
    expect(await ownStateFolder('undo')).to.equal(join(folder, 'real', 'undo'));
  });

  it('is refused where others may write to it, or to a folder in it', async () => {
    for (const path of ['', 'undo']) {
      await ownStateFolder('undo');
      await chmod(join(folder, 'state', path), 0o770);
      const error = await refusal('undo');
      expect(error).to.be.instanceOf(UsageError);
      expect(error.message)
        .to.contain(join(folder, 'state', path))
        .and.contain('should be writable by its owner only, but its mode is 770');
      await chmod(join(folder, 'state', path), 0o700);
    }
  });

  it('is refused where others could replace a folder above it', async () => {
    await chmod(folder, 0o777);
    expect((await refusal()).message)
      .to.contain(folder)
      .and.contain('its mode is 777');
    // As /tmp is: others make files there, but cannot replace this one.
    await chmod(folder, 0o1777);
    expect(await ownStateFolder()).to.equal(join(folder, 'state'));
  });

  it('is refused where another user owns it', async function () {
    if (process.geteuid?.() !== 0) this.skip();
    await ownStateFolder('undo');
    await chown(join(folder, 'state', 'undo'), 65_534, 65_534);
    expect((await refusal('undo')).message).to.contain('should belong to user 0, but belongs to user 65534');
    await chown(join(folder, 'state', 'undo'), 0, 0);
    await chown(folder, 65_534, 65_534);
    expect((await refusal('undo')).message, 'above it').to.contain('but belongs to user 65534');
  });

  it('is one user’s alone: root’s folders may lead to it, and be part of it only for root', async function () {
    if (process.geteuid?.() !== 0) this.skip();
    const geteuid = process.geteuid;
    await ownStateFolder('undo');
    try {
      process.geteuid = () => 65_534;
      expect((await refusal('undo')).message).to.contain('should belong to user 65534, but belongs to user 0');
      for (const path of ['state', 'state/undo']) await chown(join(folder, path), 65_534, 65_534);
      await chown(join(folder, 'state'), 0, 0);
      expect((await refusal('undo')).message, 'itself').to.contain(
        `${join(folder, 'state')} should belong to user 65534`,
      );
      await chown(join(folder, 'state'), 65_534, 65_534);
      // What leads to it, here a folder of root's in /tmp, is accepted.
      expect(await ownStateFolder('undo')).to.equal(join(folder, 'state', 'undo'));
      await chown(join(folder, 'state', 'undo'), 0, 0);
      expect((await refusal('undo')).message)
        .to.contain(join('state', 'undo'))
        .and.contain('belongs to user 0');
    } finally {
      process.geteuid = geteuid;
    }
  });

  it('is refused, and not taken for absent, where it cannot be looked for', async () => {
    await writeFile(join(folder, 'file'), '');
    process.env.PGDRILL_STATE = join(folder, 'file');
    const error = await findStateFolder('undo').catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UsageError);
    expect((error as Error).message).to.contain('cannot be read: ENOTDIR');
  });

  it('is refused where a symbolic link in it leads out of it', async () => {
    await mkdir(join(folder, 'elsewhere'));
    await ownStateFolder();
    await symlink(join(folder, 'elsewhere'), join(folder, 'state', 'undo'));
    expect((await refusal('undo')).message)
      .to.contain('a symbolic link leads it to')
      .and.contain('elsewhere');
  });

  it('is refused in one sentence where it cannot be made', async () => {
    process.env.PGDRILL_STATE = '/proc/pgdrill';
    expect((await refusal()).message)
      .to.contain('the state folder /proc/pgdrill cannot be made')
      .and.contain('PGDRILL_STATE');
  });
});

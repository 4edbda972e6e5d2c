import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../../errors.ts';
import { self } from '../../safety/owner.ts';
import { claimLab, isLabId, readClaims, releaseLab, standingOf } from './claim.ts';

describe('whose a lab is', () => {
  const owner = { pid: 4711, startTicks: '99' };
  const lab = { ours: true, owner, ownerLives: true, hasFolder: true };

  it('of our state folder is known by its owner: living, dead, or none', () => {
    expect(standingOf(lab)).to.equal('living');
    expect(standingOf({ ...lab, ownerLives: false })).to.equal('abandoned');
    expect(standingOf({ ...lab, owner: null, ownerLives: false })).to.equal('kept');
    expect(standingOf({ ...lab, owner: undefined, ownerLives: false }), 'torn').to.equal('abandoned');
  });

  it('of another state folder is left alone, dead or alive: the heal of that folder finds it', () => {
    for (const ownerLives of [true, false]) expect(standingOf({ ...lab, ours: false, ownerLives })).to.equal('foreign');
    expect(standingOf({ ...lab, ours: false, owner: null, ownerLives: false }), 'kept there').to.equal('foreign');
  });

  it('of another state folder is nobody’s only where its owner is dead and that folder is gone', () => {
    const gone = { ...lab, ours: false, hasFolder: false };
    expect(standingOf({ ...gone, ownerLives: false })).to.equal('abandoned');
    expect(standingOf(gone)).to.equal('foreign');
    expect(standingOf({ ...gone, owner: null, ownerLives: false })).to.equal('foreign');
  });

  it('without any claim is left alone: an older version or another program may have made it', () => {
    const unknown = { ours: false, owner: undefined, ownerLives: false };
    for (const hasFolder of [true, false]) expect(standingOf({ ...unknown, hasFolder })).to.equal('foreign');
  });

  it('is named by six hexadecimal digits, and by nothing that leads elsewhere', () => {
    expect(isLabId('0a1b2c')).to.equal(true);
    for (const name of ['0A1B2C', '0a1b2', '0a1b2c3', '../abc', '', 'abc 12']) expect(isLabId(name)).to.equal(false);
  });
});

describe('the register of labs', () => {
  let folder: string;
  let register: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'pgdrill-claims-')));
    register = join(folder, 'run', 'labs');
    await mkdir(join(folder, 'labs'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('names the folder and the owner of each lab until that is removed', async () => {
    const owner = await self();
    await symlink(join(folder, 'labs'), join(folder, 'link'));
    await claimLab('abc123', { labs: join(folder, 'link'), owner }, register);
    await claimLab('def456', { labs: join(folder, 'labs'), owner: null }, register);
    expect([...(await readClaims(register))]).to.have.deep.members([
      ['abc123', { labs: join(folder, 'labs'), owner }],
      ['def456', { labs: join(folder, 'labs'), owner: null }],
    ]);
    await writeFile(join(register, `aaaaaa.json.${process.pid}-1.unfinished`), '{');
    await releaseLab('abc123', register);
    await releaseLab('abc123', register);
    expect(await readdir(register)).to.deep.equal(['def456.json']);
    expect([...(await readClaims(register)).keys()]).to.deep.equal(['def456']);
  });

  it('is empty where there is none', async () => {
    await releaseLab('abc123', register);
    expect((await readClaims(register)).size).to.equal(0);
  });

  it('leaves out what is torn, forged or has no name of a lab, so that such a lab is left alone', async () => {
    await claimLab('abc123', { labs: join(folder, 'labs'), owner: null }, register);
    const whole = await readFile(join(register, 'abc123.json'), 'utf8');
    await writeFile(join(register, 'aaaaaa.json'), whole.slice(0, -2));
    await writeFile(join(register, 'bbbbbb.json'), JSON.stringify({ ...JSON.parse(whole), owner: { pid: -1 } }));
    await writeFile(join(register, 'other.json'), whole);
    await symlink(join(register, 'abc123.json'), join(register, 'cccccc.json'));
    expect([...(await readClaims(register)).keys()]).to.deep.equal(['abc123']);
  });

  it('is refused where others may write to it', async () => {
    await claimLab('abc123', { labs: join(folder, 'labs'), owner: null }, register);
    await chmod(register, 0o777);
    expect(await readClaims(register).catch((error: unknown) => error)).to.be.instanceOf(UsageError);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { isAlive, ownerOf, self } from './owner.ts';

describe('the owner of something', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('is alive while its process is', async () => {
    expect(await isAlive(await self())).to.equal(true);
  });

  it('is dead once its process has ended', async () => {
    const child = spawn('sleep', ['60']);
    const owner = (await ownerOf(child.pid!))!;
    expect(await isAlive(owner)).to.equal(true);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await isAlive(owner)).to.equal(false);
  });

  it('is not mistaken for a later process with the same number', async () => {
    const me = await self();
    expect(await isAlive({ ...me, startTicks: String(Number(me.startTicks) - 1) })).to.equal(false);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
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

  it('is known by field 22 of its line in /proc, whatever its name holds', async () => {
    const { pid, startTicks } = await self();
    expect(pid).to.equal(process.pid);
    const stat = await readFile('/proc/self/stat', 'utf8');
    expect(startTicks)
      .to.equal(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
      .and.match(/^\d+$/);
    const child = spawn('bash', ['-c', 'exec -a "x) S 1 (y" sleep 60']);
    const named = await ownerOf(child.pid!);
    child.kill('SIGKILL');
    expect(named?.startTicks).to.match(/^\d+$/);
    expect(await ownerOf(2 ** 22 + 1)).to.equal(undefined);
  });

  it('is dead while its parent has not yet heard of its end', async () => {
    // What the shell has become does not wait for its child, which stays as a zombie.
    const parent = spawn('sh', ['-c', 'sleep 2 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const zombie = async () => (await readFile(`/proc/${Number(line)}/stat`, 'latin1')).includes(') Z ');
    while (!(await zombie())) await sleep(10);
    expect(await ownerOf(Number(line))).to.equal(undefined);
    parent.kill('SIGKILL');
  });

  it('is not mistaken for a later process with the same number', async () => {
    const me = await self();
    expect(await isAlive({ ...me, startTicks: String(Number(me.startTicks) - 1) })).to.equal(false);
  });
});

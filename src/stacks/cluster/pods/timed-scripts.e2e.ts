import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { readRecord } from './timed-record.ts';
import { folderOf, keepScript, startTimed, stopTimed, timedScript } from './timed-scripts.ts';

describe('the scripts of a timed action', function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-timed-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** The node is this machine, and its shell the agent's own. */
  const place = () => ({ folder, enter: 'sh' });
  const sh = (script: string, ...args: string[]) => execa('sh', ['-c', script, 'sh', ...args]);
  const cut = () => existsSync(join(folder, 'cut'));
  const record = () => readFile(join(folderOf(place()), 'record'), 'utf8').catch(() => '');
  const ahead = { aheadNs: 0n, plusMinusNs: 0n };

  /** Keeps and starts it; the shell that starts it is gone at once. */
  async function begin(lengthS: number, { action = 'touch $1/cut', count = 'echo 3 4', undo = 'rm -f $1/cut' } = {}) {
    await sh(keepScript(place()), action, count, undo, folder);
    await writeFile(join(folderOf(place()), 'run'), timedScript(place(), lengthS));
    const starting = spawn('sh', ['-c', startTimed(place())]);
    await once(starting, 'exit');
  }
  const over = async () => {
    for (let i = 0; i < 100 && !/^(ended|failed)/m.test(await record()); i++) await sleep(100);
  };

  it('begins, proves itself and ends unaided, and says when', async () => {
    await begin(2);
    await sleep(1_200);
    expect(cut()).to.equal(true);
    await over();
    expect(cut()).to.equal(false);
    const read = readRecord(await record(), ahead, 'a');
    expect(read.ended.why).to.equal('time');
    expect(read.proved?.counts).to.deep.equal([3, 4]);
    expect(Number(read.ended.beforeNs - read.began.afterNs) / 1e9).to.be.within(1, 3.5);
    expect(read.left).to.equal(undefined);
  });

  it('ends when it is asked to, and says so', async () => {
    await begin(60);
    for (let i = 0; i < 50 && !(await record()).includes('proved'); i++) await sleep(100);
    const { stdout } = await sh(stopTimed(place()));
    expect(cut()).to.equal(false);
    expect(readRecord(stdout, ahead, 'a').ended.why).to.equal('asked');
  });

  it('says that nothing showed its effect where a count stays 0, and what is left all the same', async () => {
    await begin(1, { count: 'echo 3 0', undo: 'echo a rule' });
    await over();
    const read = readRecord(await record(), ahead, 'a');
    expect(read.proved).to.equal(undefined);
    expect(read.left).to.equal('a rule');
  });

  it('undoes an action that fails, and says why', async () => {
    await begin(60, { action: 'touch $1/cut; echo no such table >&2; exit 1' });
    await over();
    expect(cut()).to.equal(false);
    const text = await record();
    expect(() => readRecord(text, ahead, 'node-a')).to.throw('node-a could not do what it was to do: no such table');
  });

  it('says `none` where nothing was ever timed', async () => {
    expect((await sh(stopTimed(place()))).stdout).to.equal('none');
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { withLock } from './lock.ts';

describe('a lock between processes', () => {
  let folder: string;
  const file = () => join(folder, 'lock');
  before(async function () {
    if (process.platform !== 'linux') this.skip();
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-lock-'));
  });
  after(async () => {
    if (folder) await rm(folder, { recursive: true });
  });

  it('lets one in at a time, and is given back when the work fails', async () => {
    let inside = 0;
    let most = 0;
    const work = async (fails: boolean) => {
      most = Math.max(most, ++inside);
      await sleep(30);
      inside--;
      if (fails) throw new Error('failed');
    };
    const all = [true, false, true, false].map((fails) => withLock(file(), () => work(fails)));
    const results = await Promise.allSettled(all);
    expect(most).to.equal(1);
    expect(results.map(({ status }) => status)).to.deep.equal(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('is free again when its holder is killed', async () => {
    const module = new URL('./lock.ts', import.meta.url).href;
    const code = `const { withLock } = await import('${module}');
      await withLock('${file()}', async () => { console.log('held'); await new Promise((r) => setTimeout(r, 60_000)); });`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    let reported = false;
    const waiting = withLock(file(), async () => 'mine', { onWait: () => (reported = true) });
    // However busy the machine is; mocha's timeout ends it where it never comes.
    while (!reported) await sleep(20);
    holder.kill('SIGKILL');
    expect(await waiting).to.equal('mine');
  });

  it('is not waited for after an abort', async () => {
    const controller = new AbortController();
    await withLock(file(), async () => {
      const waiting = withLock(file(), async () => 'never', { signal: controller.signal });
      controller.abort(new Error('enough'));
      const error = await waiting.catch((reason: Error) => reason);
      expect(String(error)).to.include('enough');
    });
  });
});

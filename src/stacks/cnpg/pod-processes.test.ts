import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import type { NodeShell } from './node-shell.ts';
import { onProcesses } from './pod-processes.ts';

/** The shell of this machine, called as a node's is. */
const shell = {
  run: async (script: string, args: readonly string[] = []) =>
    (await execa('sh', ['-c', script, 'sh', ...args])).stdout,
} as NodeShell;

describe('the processes of a pod', () => {
  it('are looked for by its UID, which is an argument of the script and never part of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-uid-'));
    try {
      for (const uid of [`x'; touch ${folder}/owned; '`, `$(touch ${folder}/owned)`, `"; touch ${folder}/owned; "`])
        expect(await onProcesses(shell, uid, 'processes | wc -l')).to.match(/^\s*0$/);
      expect(existsSync(join(folder, 'owned'))).to.equal(false);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('are those of its control groups', async function () {
    const { stdout } = await execa('sh', ['-c', 'sed s/^[^/]*// /proc/self/cgroup | grep -v "^/$" | head -n 1']);
    // On a machine without a group of its own for this process, nothing can be looked for.
    if (!stdout) this.skip();
    const name = stdout.split('/').at(-1)!;
    const found = await onProcesses(shell, name, 'processes');
    expect(found.split('\n')).to.include(String(process.pid));
  });
});

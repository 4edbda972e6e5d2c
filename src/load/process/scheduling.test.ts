import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { goBeforeOthers } from './scheduling.ts';

/** `rt_priority`, the fortieth field of /proc/<pid>/stat (proc_pid_stat(5)), counted from behind the name. */
const realTimePriority = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[37]);

describe('going before others', () => {
  it('says what was allowed, and it is so', async function onLinux() {
    if (process.platform !== 'linux') this.skip();
    const child = spawn('sleep', ['60']);
    try {
      const got = goBeforeOthers(child.pid!);
      expect(realTimePriority(child.pid!)).to.equal(got === 'real-time' ? 1 : 0);
      if (process.getuid!() !== 0) expect(got).to.not.equal('raised');
    } finally {
      child.kill();
    }
  });

  it('does without where it is not allowed', () => {
    expect(goBeforeOthers(2 ** 22 + 1)).to.equal('ordinary');
  });
});

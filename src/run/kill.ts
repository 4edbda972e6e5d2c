/** For tests: runs a drill in a process of its own, kills that process with SIGKILL, heals, and looks for leftovers. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

const cli = (...args: string[]) => ['src/cli/main.ts', ...args];
const scenarioFile = 'fixtures/scenarios/short-isolate.ts';

/** When to kill: `afterMs` after the run has printed `says`, or after its start where that is empty. */
export interface Moment {
  readonly says: string;
  readonly afterMs: number;
}

export interface Aftermath {
  /** What the run had printed until it was killed. */
  readonly output: string;
  /** Exit code and output of `pgdrill heal`. */
  readonly heal: { readonly exitCode: number; readonly output: string };
  /** Processes, namespaces and rules that are still there. */
  readonly left: readonly string[];
}

/** Kills a run at that moment. @throws Error if the run ends before the moment comes */
export async function killAndHeal({ says, afterMs }: Moment, stack = 'lab'): Promise<Aftermath> {
  const out = await mkdtemp(join(tmpdir(), 'pgdrill-kill-'));
  try {
    const output = await runUntil(cli('run', scenarioFile, '--stack', stack, '--out', out), says, afterMs);
    const heal = await execa(process.execPath, cli('heal'), { all: true, reject: false });
    return { output, heal: { exitCode: heal.exitCode ?? -1, output: heal.all ?? '' }, left: await leftovers(out) };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function runUntil(args: readonly string[], says: string, afterMs: number): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const said = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk;
      if (output.includes(says)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('close', (code) =>
      reject(new Error(`the run ended (code ${code}) before it said "${says}":\n${output}`)),
    );
    if (says === '') resolve();
  });
  await said;
  await sleep(afterMs);
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  // Whatever inherited the pipes would keep them open: a child that outlives its parent shows here as a time-out.
  await Promise.race([closed, sleep(5_000)]);
  return output;
}

/** Namespaces and processes of pgdrill on this machine; `out` names those of the run that was killed. */
async function leftovers(out: string): Promise<string[]> {
  const { stdout: namespaces } = await execa('ip', ['netns', 'list']);
  const { stdout: processes } = await execa('ps', ['-eo', 'pid,args', '--no-headers']);
  const ours = (line: string) => line.includes(out) || line.includes('src/load/main.ts');
  return [
    ...namespaces.split('\n').filter((line) => line.startsWith('pgdrill')),
    ...processes.split('\n').filter(ours),
  ];
}

/** For tests: runs a drill in a process of its own, kills or interrupts that process, and looks for leftovers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { StackKind } from '../faults/target.ts';
import { randomFrom } from '../random.ts';
import { findStateFolder } from '../safety/state-folder.ts';
import { loadStack } from '../stacks/index.ts';
import { readClaims } from '../stacks/lab/claim.ts';
import { ownLabs } from '../stacks/lab/state.ts';

const cli = (...args: string[]) => ['src/cli/main.ts', ...args];
const shortIsolate = 'fixtures/scenarios/short-isolate.ts';

/** When to kill: `afterMs` after the run has printed `says`, or after its start where that is empty. */
export interface Moment {
  readonly says: string;
  readonly afterMs: number;
}

/** What a run prints, in its order, and how long it lasts until the next of them, ms. The first is its start. */
const stages = [
  ['', 9_000],
  ['preparing the ledger', 2_500],
  ['holding 2s', 2_200],
  ['injecting isolate', 900],
  ['took effect', 4_000],
  ['healing isolate', 400],
  ['reading the ledger back', 1_500],
  ['closing the stack', 500],
] as const;

/** Random moments, each stage of a run as often as the others; the same for the same seed. */
export function randomMoments(count: number, seed: number): Moment[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => {
    const [says, lastsMs] = stages[Math.floor(random() * stages.length)]!;
    return { says, afterMs: Math.floor(random() * lastsMs) };
  });
}

export interface Aftermath {
  /** What the run had printed until it was killed. */
  readonly output: string;
  /** Exit code and output of `pgdrill heal`. */
  readonly heal: { readonly exitCode: number; readonly output: string; readonly tookMs: number };
  /** Processes, namespaces, containers and undo records that are still there. */
  readonly left: readonly string[];
}
export interface Interrupted {
  readonly exitCode: number | null;
  readonly output: string;
  readonly left: readonly string[];
}

/** Kills a run at that moment. @throws Error if the run ends before the moment comes */
export const killAndHeal = (
  moment: Moment,
  stack: StackKind = 'lab',
  scenarioFile: string = shortIsolate,
): Promise<Aftermath> =>
  inFolder(async (out) => {
    const run = await runUntil(moment, stack, out, scenarioFile);
    const closed = once(run.child, 'close');
    run.child.kill('SIGKILL');
    // Whatever inherited the pipes would keep them open: a child that outlives its parent shows here as a timeout.
    await Promise.race([closed, sleep(5_000)]);
    const fromMs = performance.now();
    const heal = await execa(process.execPath, cli('heal'), { all: true, reject: false });
    const tookMs = performance.now() - fromMs;
    const healed = { exitCode: heal.exitCode ?? -1, output: heal.all ?? '', tookMs };
    return { output: run.output(), heal: healed, left: await leftovers(out, stack) };
  });

/** Sends Ctrl-C to a run at that moment and waits for its end. @throws Error if the run ends before the moment comes */
export const interruptRun = (moment: Moment, stack: StackKind): Promise<Interrupted> =>
  inFolder(async (out) => {
    const run = await runUntil(moment, stack, out, shortIsolate);
    const closed = once(run.child, 'close');
    run.child.kill('SIGINT');
    await closed;
    return { exitCode: run.child.exitCode, output: run.output(), left: await leftovers(out, stack) };
  });

async function inFolder<T>(work: (out: string) => Promise<T>): Promise<T> {
  const out = await mkdtemp(join(tmpdir(), 'pgdrill-kill-'));
  try {
    return await work(out);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function runUntil({ says, afterMs }: Moment, stack: StackKind, out: string, scenarioFile: string) {
  const args = cli('run', scenarioFile, '--stack', stack, '--out', out);
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
  return { child, output: () => output };
}

/** What of pgdrill is on this machine beside the labs of living harnesses; `out` names the processes of the ended run. */
async function leftovers(out: string, stack: StackKind): Promise<string[]> {
  const { stdout: namespaces } = await execa('ip', ['netns', 'list']);
  const { stdout: processes } = await execa('ps', ['-eo', 'pid,ppid,args', '--no-headers']);
  const living = await livingLabs();
  // A load process that has lost its harness belongs to init. Another run's may just be ending.
  const orphan = (line: string) => /^ *(\d+) +1 .*src\/load\/process\/main\.ts/.exec(line)?.[1];
  const ours = (line: string) => line.includes(out) || (orphan(line) ? sameState(orphan(line)!) : false);
  return [
    ...namespaces.split('\n').filter((line) => line.startsWith('pgdrill') && !living.some((id) => line.includes(id))),
    ...processes.split('\n').filter(ours),
    ...(stack === 'lab' ? [] : (await (await loadStack(stack)).residue()).found),
    ...(await filesIn('undo')),
    // Of its own state folder, where it has one: what lives there is others'.
    ...(await ownLabs()).filter((id) => !living.includes(id)).map((id) => `lab ${id}`),
  ];
}

/** Whether a process has the state folder of this one; not where it has ended meanwhile. */
function sameState(pid: string): boolean {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const state = variables.find((line) => line.startsWith('PGDRILL_STATE='));
    return state?.slice('PGDRILL_STATE='.length) === process.env.PGDRILL_STATE;
  } catch {
    return false;
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const path = await findStateFolder(folder);
  return path === undefined ? [] : (await readdir(path)).map((name) => join(path, name));
}

/** Somebody else may be using this machine, too. */
async function livingLabs(): Promise<string[]> {
  const lab = await loadStack('lab');
  const dead = await lab.abandoned();
  const others = [...(await readClaims()).keys()];
  return [...(await ownLabs()), ...others].filter((id) => !dead.includes(id));
}

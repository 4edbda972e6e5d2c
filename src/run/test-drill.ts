/** For tests: drills on the lab as a user runs them, by the command line, and what they leave behind. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { execa } from 'execa';
import { after, afterEach, before, type Suite } from 'mocha';
import type { Check, Verdict } from '../measure/verdict.ts';
import { loadStack } from '../stacks/index.ts';
import { readClaims } from '../stacks/lab/claim.ts';
import { ownLabs } from '../stacks/lab/state.ts';

interface Ended {
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly folder: string;
  readonly verdict: Verdict;
}

export interface Drills {
  /** The folder of runs. */
  readonly out: () => string;
  /**
   * @param interrupt sends Ctrl-C once the output says this
   * @throws Error with the output where it has not ended on its own; it is then asked to end, and heals and removes
   */
  readonly pgdrill: (args: readonly string[], interrupt?: string) => Promise<Ended>;
  /** Runs a scenario of `fixtures/scenarios`. */
  readonly planted: (name: string, interrupt?: string) => Promise<Ended>;
}

export const checkOf = (verdict: Verdict, metric: string): Check =>
  verdict.checks.find((check) => check.metric === metric)!;

/** Hooks of a suite of drills: skipped where no lab can run; fails after a test that leaves a network namespace. */
export function drillsOf(suite: Suite): Drills {
  // More than the limits of the longest drill add up to: one that goes wrong must end by them, and say what it saw.
  suite.timeout(600_000);
  let out: string;
  let earlier: readonly string[];
  before(async function possible() {
    const missing = await (await loadStack('lab')).unavailable();
    if (missing) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
    out = await mkdtemp(join(tmpdir(), 'pgdrill-e2e-'));
    earlier = await namespaces();
  });
  after(() => out && rm(out, { recursive: true, force: true }));
  afterEach(async () => {
    const left = await namespacesLeft(earlier);
    // A lab that somebody else was just removing or announcing is not seen twice.
    if (left.length > 0) await sleep(2_000);
    const still = left.length > 0 ? await namespacesLeft(earlier) : [];
    expect(
      still.filter((name) => left.includes(name)),
      'namespaces left',
    ).to.deep.equal([]);
  });

  async function pgdrill(args: readonly string[], interrupt?: string): Promise<Ended> {
    const existing = await readdir(out);
    const options = {
      all: true,
      reject: false,
      timeout: 540_000,
      killSignal: 'SIGINT',
      forceKillAfterDelay: 50_000,
    } as const;
    const running = execa(process.execPath, ['src/cli/main.ts', ...args, '--out', out], options);
    if (interrupt) running.all.on('data', (text: Buffer) => String(text).includes(interrupt) && running.kill('SIGINT'));
    const { exitCode, timedOut, all: output = '' } = await running;
    if (timedOut) throw new Error(`the run had not ended after ${options.timeout / 1000} s:\n${output}`);
    const made = (await readdir(out)).find((name) => !existing.includes(name));
    if (!made) throw new Error(`the run made no folder:\n${output}`);
    const folder = join(out, made);
    const verdict = JSON.parse(await readFile(join(folder, 'verdict.json'), 'utf8')) as Verdict;
    return { exitCode, output, folder, verdict };
  }
  const planted = (name: string, interrupt?: string) => pgdrill(['run', `fixtures/scenarios/${name}.ts`], interrupt);
  return { out: () => out, pgdrill, planted };
}

/** Namespaces that no lab of another state folder claims: other tests may run labs on this machine meanwhile. */
async function namespacesLeft(earlier: readonly string[]): Promise<string[]> {
  const own = await ownLabs();
  const others = [...(await readClaims()).keys()].filter((id) => !own.includes(id));
  const of = (name: string) => others.some((id) => name.includes(id));
  return (await namespaces()).filter((name) => !earlier.includes(name) && !of(name));
}

async function namespaces(): Promise<string[]> {
  const { stdout } = await execa('ip', ['netns', 'list']);
  return stdout.split('\n').filter((line) => line.startsWith('pgdrill'));
}

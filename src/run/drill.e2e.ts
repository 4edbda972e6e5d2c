/** Whole drills on the lab, as a user runs them: by the command line. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import type { Check, Verdict } from '../measure/verdict.ts';
import { loadStack } from '../stacks/index.ts';
import { loadHistory } from './history.ts';

interface Ended {
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly folder: string;
  readonly verdict: Verdict;
}

describe('a drill on the lab, by the command line', function suite() {
  // More than the limits of the longest drill add up to: one that goes wrong must end by them, and say what it saw.
  this.timeout(600_000);
  let out: string;
  /** Of labs of others on this machine. */
  let others: readonly string[];
  before(async function possible() {
    const missing = await (await loadStack('lab')).unavailable();
    if (missing) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
    out = await mkdtemp(join(tmpdir(), 'pgdrill-e2e-'));
    others = await namespaces();
  });
  after(() => out && rm(out, { recursive: true, force: true }));
  afterEach(async () => {
    const left = (await namespaces()).filter((name) => !others.includes(name));
    expect(left, 'namespaces left').to.deep.equal([]);
  });

  /**
   * @param interrupt sends Ctrl-C once the output says this
   * @throws Error with the output where it has not ended on its own; it is then asked to end, and heals and removes
   */
  async function pgdrill(args: readonly string[], interrupt?: string): Promise<Ended> {
    const before = await readdir(out);
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
    const made = (await readdir(out)).find((name) => !before.includes(name));
    if (!made) throw new Error(`the run made no folder:\n${output}`);
    const folder = join(out, made);
    const verdict = JSON.parse(await readFile(join(folder, 'verdict.json'), 'utf8')) as Verdict;
    return { exitCode, output, folder, verdict };
  }
  const planted = (name: string, interrupt?: string) => pgdrill(['run', `fixtures/scenarios/${name}.ts`], interrupt);
  const checkOf = (verdict: Verdict, metric: string): Check => verdict.checks.find((check) => check.metric === metric)!;

  it('the default drill ends with a verdict, a report, and a sentence that says it all', async function drill() {
    const { exitCode, output, folder, verdict } = await pgdrill(['run']);
    if (verdict.outcome === 'unknown' && /load generator|started .* late/.test(verdict.sentence)) {
      console.log(`      skipped: this machine is too busy for a drill: ${verdict.sentence}`);
      this.skip();
    }
    expect(verdict.outcome, output).to.be.oneOf(['pass', 'fail']);
    expect(exitCode).to.equal(verdict.outcome === 'pass' ? 0 : 1);
    expect(output.trim().split('\n').at(-1)).to.equal(verdict.sentence);
    expect(existsSync(join(folder, 'report.html'))).to.equal(true);
    expect(checkOf(verdict, 'undeclaredLosses').outcome, output).to.equal('pass');
    expect(verdict.phases.map(({ phase }) => phase)).to.include.members(['detect', 'promote']);
  });

  it('a rule and a stopped process left behind turn the verdict red', async () => {
    const { exitCode, verdict, output } = await planted('leaves-things');
    expect(checkOf(verdict, 'residue').value, output).to.be.greaterThanOrEqual(2);
    expect(verdict.outcome).to.equal('fail');
    expect(exitCode).to.equal(1);
  });

  it('an outage that healing ended has no recovery time', async () => {
    const { exitCode, verdict, output } = await planted('heals-early');
    expect(checkOf(verdict, 'writeOutageMs').outcome, output).to.equal('unknown');
    expect(exitCode).to.equal(2);
  });

  it('a calm that a stalled generator did not observe does not count', async () => {
    const { verdict, output } = await planted('stalls-generator');
    expect(verdict.outcome, output).not.to.equal('pass');
  });

  it('a scenario that throws is reported in one sentence, healed and removed', async () => {
    const { exitCode, verdict, output } = await planted('throws');
    expect(exitCode, output).to.equal(2);
    expect(verdict.outcome).to.equal('unknown');
    // What it wrote until then was asked for all the same.
    expect(checkOf(verdict, 'undeclaredLosses').value, output).to.equal(0);
    expect(output)
      .to.contain('a defect in the scenario')
      .and.not.match(/^\s+at /m);
  });

  it('a scenario that calls process.exit ends as unknown, healed and removed', async () => {
    const { exitCode, verdict, output } = await planted('exits');
    expect(exitCode, output).to.equal(2);
    expect(verdict.outcome).to.equal('unknown');
    expect(output)
      .to.contain('process.exit(0)')
      .and.contain('healing isolate')
      .and.not.match(/^\s+at /m);
  });

  it('runs share a stack if asked to, but never one that an earlier run left broken', async () => {
    const files = ['short-isolate', 'leaves-things', 'throws'].map((name) => `fixtures/scenarios/${name}.ts`);
    const args = ['src/cli/main.ts', 'run', ...files, '--reuse', '--out', out];
    const { all: output = '' } = await execa(process.execPath, args, { all: true, reject: false });
    const times = (text: string) => output.split(text).length - 1;
    expect(times('waiting until the stack of the last run is whole'), output).to.equal(2);
    expect(times('opening another'), output).to.equal(1);
    expect(output.slice(output.indexOf('opening another')), output).to.contain('a defect in the scenario');
    expect(output).to.match(/FAIL leaves-things/);
    const shared = (await loadHistory(out)).filter(({ fingerprint }) => fingerprint['stack.shared']);
    expect(shared.map(({ scenario }) => scenario)).to.deep.equal(['short-isolate', 'leaves-things', 'throws']);
  });

  for (const moment of ['making', 'starting Patroni', 'holding', 'took effect'])
    it(`Ctrl-C after "${moment}" heals, removes, and says so`, async () => {
      const { exitCode, verdict, output } = await planted('short-isolate', moment);
      expect(exitCode, output).to.equal(2);
      expect(verdict.outcome).to.equal('unknown');
      expect(output)
        .to.contain('interrupted')
        .and.not.match(/^\s+at /m);
    });
});

async function namespaces(): Promise<string[]> {
  const { stdout } = await execa('ip', ['netns', 'list']);
  return stdout.split('\n').filter((line) => line.startsWith('pgdrill'));
}

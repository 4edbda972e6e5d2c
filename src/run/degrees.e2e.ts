/** Faults with degrees in a whole drill on the lab, by the command line. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { readRunFile } from '../journal/read.ts';
import type { Run } from '../journal/run.ts';
import { faultWindows } from '../measure/availability/fault-windows.ts';
import { loadStack } from '../stacks/index.ts';

describe('a drill whose faults have degrees', function suite() {
  this.timeout(300_000);
  let out: string;
  before(async function possible() {
    if (await (await loadStack('lab')).unavailable()) this.skip();
    out = await mkdtemp(join(tmpdir(), 'pgdrill-degrees-'));
  });
  after(() => out && rm(out, { recursive: true, force: true }));

  async function pgdrill(...args: string[]): Promise<{ exitCode: number | undefined; output: string; run?: Run }> {
    const before = await readdir(out);
    const options = { all: true, reject: false, timeout: 240_000 } as const;
    const running = execa(process.execPath, ['src/cli/main.ts', 'run', ...args, '--out', out], options);
    const { exitCode, all: output } = await running;
    const made = (await readdir(out)).find((name) => !before.includes(name) && !name.includes('.'));
    return { exitCode, output, ...(made && { run: await readRunFile(join(out, made, 'run.ndjson')) }) };
  }

  it('ends them at their time, brings them back, and journals their parameters', async () => {
    const { output, run } = await pgdrill('fixtures/scenarios/degrees.ts');
    expect(run, output).to.not.equal(undefined);
    const windows = faultWindows(run!);
    expect(windows.map(({ id, scheduled }) => `${id}${scheduled ? ' on time' : ''}`)).to.have.members([
      'pause-host-1 on time',
      'lossy-2.1 on time',
      'lossy-2.2 on time',
      'lossy-2.3 on time',
      'disturb-3',
    ]);
    const paused = windows.find(({ fault }) => fault === 'pause-host')!;
    expect((paused.heal!.lo - paused.inject.lo) / 1e6, output).to.be.within(2.9, 6);
    const lossy = run!.faults.find(({ fault }) => fault === 'lossy');
    expect(lossy?.parameters).to.deep.equal({ share: 0.02, for: '1s', every: '2500ms', times: 3 });
    expect(run!.notes.some(({ text }) => text.includes('is a standby: true'))).to.equal(true);
    expect(run!.end?.reason, output).to.equal('done');
  });

  it('ends as unknown, healed, where it does not wait for a verb', async () => {
    const { exitCode, output, run } = await pgdrill('fixtures/scenarios/forgets-await.ts');
    expect(exitCode, output).to.equal(2);
    expect(output).to.include("the drill returned before hold('30s') was done; write: await hold('30s')");
    expect(run!.faults.map(({ step }) => step)).to.deep.equal(['inject', 'effective', 'heal', 'healed']);
  });

  it('is refused, before anything runs, with a parameter that the fault cannot have', async () => {
    const { exitCode, output, run } = await pgdrill('fixtures/scenarios/too-lossy.ts');
    expect(exitCode, output).to.equal(3);
    expect(output).to.include('the parameter share of lossy is 20: expected a number from 0.001 to 1: 0.02 is 2 %');
    expect(run).to.equal(undefined);
  });
});

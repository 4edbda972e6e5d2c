/** Faults with degrees, of a harness that was killed with SIGKILL while they were in effect: `pgdrill heal` undoes them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadStack } from '../stacks/index.ts';
import { killAndHeal } from './kill.ts';

/** Each scenario injects several at once. */
const scenarios: readonly (readonly [string, readonly string[]])[] = [
  ['killed-network', ['thin-link', 'slow-link', 'lossy', 'one-way', 'flap']],
  ['killed-cut', ['memory-pressure', 'cpu-starve', 'replay-stop', 'cut', 'pause-host']],
  ['killed-disk', ['disk-slow', 'disk-full', 'disk-stall']],
];

describe('faults of a harness that was killed with SIGKILL', function suite() {
  this.timeout(240_000);
  const stateBefore = process.env.PGDRILL_STATE;
  let state: string;
  before(async function possible() {
    const missing = await (await loadStack('lab')).unavailable();
    if (missing) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
    state = await mkdtemp(join(tmpdir(), 'pgdrill-killed-state-'));
    process.env.PGDRILL_STATE = state;
  });
  after(async () => {
    if (stateBefore === undefined) delete process.env.PGDRILL_STATE;
    else process.env.PGDRILL_STATE = stateBefore;
    if (state) await rm(state, { recursive: true });
  });

  for (const [name, faults] of scenarios)
    it(`are undone from another process, and nothing is left: ${faults.join(', ')}`, async () => {
      const file = `fixtures/scenarios/${name}.ts`;
      const { output, heal, left } = await killAndHeal({ says: 'holding 60s', afterMs: 500 }, 'lab', file);
      for (const fault of faults) expect(output).to.match(new RegExp(`${fault} of \\S+ took effect`));
      expect(heal.exitCode, heal.output).to.equal(0);
      for (const fault of faults) expect(heal.output, 'what heal undid').to.match(new RegExp(`\\b${fault}\\b`));
      expect(left).to.deep.equal([]);
    });
});

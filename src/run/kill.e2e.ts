import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadStack } from '../stacks/index.ts';
import { killAndHeal, type Moment, randomMoments } from './kill.ts';

/** Every moment of a drill that differs in what there is to clean up. `npm run test:kill` tries all, `npm test` a few. */
const moments: readonly (Moment & { readonly quick?: true })[] = [
  { says: '', afterMs: 700 },
  { says: '', afterMs: 2_500 },
  { says: '', afterMs: 6_000 },
  { says: 'preparing the ledger', afterMs: 0, quick: true },
  { says: 'holding 2s', afterMs: 500 },
  { says: 'injecting isolate', afterMs: 0 },
  { says: 'injecting isolate', afterMs: 30 },
  { says: 'injecting isolate', afterMs: 150 },
  { says: 'took effect', afterMs: 0, quick: true },
  { says: 'took effect', afterMs: 2_500 },
  { says: 'healing isolate', afterMs: 0 },
  { says: 'healing isolate', afterMs: 80 },
  { says: 'reading the ledger back', afterMs: 100 },
  { says: 'closing the stack', afterMs: 0 },
  { says: 'closing the stack', afterMs: 300, quick: true },
];

/** `npm run test:kill -- --moments 100 --seed 1` tries random ones instead, from `--from` on. */
function chosenMoments(): readonly Moment[] {
  const {
    PGDRILL_KILL: which,
    PGDRILL_KILL_MOMENTS: count,
    PGDRILL_KILL_SEED: seed,
    PGDRILL_KILL_FROM: from,
  } = process.env;
  if (count) return randomMoments(Number(count), Number(seed ?? 1)).slice(Number(from ?? 0));
  return which === 'all' ? moments : moments.filter(({ quick }) => quick);
}

describe('the harness killed with SIGKILL, then pgdrill heal', function suite() {
  this.timeout(180_000);
  const stateBefore = process.env.PGDRILL_STATE;
  const healMs: number[] = [];
  let state: string;
  before(async function possible() {
    const missing = await (await loadStack('lab')).unavailable();
    // Asked for by name, a test that cannot run has not passed.
    if (missing && process.env.PGDRILL_KILL === 'all') throw new Error(missing);
    if (missing) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
    // A state folder of its own: whatever is in it afterwards was left.
    state = await mkdtemp(join(tmpdir(), 'pgdrill-kill-state-'));
    process.env.PGDRILL_STATE = state;
  });
  after(async () => {
    if (stateBefore === undefined) delete process.env.PGDRILL_STATE;
    else process.env.PGDRILL_STATE = stateBefore;
    if (state) await rm(state, { recursive: true });
    const sorted = healMs.toSorted((a, b) => a - b);
    const seconds = (ms = 0) => (ms / 1_000).toFixed(1);
    if (sorted.length > 0)
      console.log(
        `    ${sorted.length} killed, healed, nothing left; healing took ${seconds(sorted[sorted.length >> 1])} s (median), at most ${seconds(sorted.at(-1))} s`,
      );
  });

  for (const [nth, moment] of chosenMoments().entries())
    it(`${nth + 1}: ${moment.afterMs} ms after ${moment.says ? `"${moment.says}"` : 'its start'}: leaves nothing`, async () => {
      const { heal, left, output } = await killAndHeal(moment);
      expect(heal.exitCode, `${heal.output}\nthe run had said:\n${output}`).to.equal(0);
      expect(left).to.deep.equal([]);
      healMs.push(heal.tookMs);
    });
});

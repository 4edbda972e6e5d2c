import { expect } from 'chai';
import { loadStack } from '../stacks/index.ts';
import { killAndHeal, type Moment } from './kill.ts';

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

describe('the harness killed with SIGKILL, then pgdrill heal', function suite() {
  this.timeout(180_000);
  before(async function possible() {
    const missing = await (await loadStack('lab')).unavailable();
    if (missing) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
  });

  const chosen = process.env.PGDRILL_KILL === 'all' ? moments : moments.filter(({ quick }) => quick);
  for (const moment of chosen)
    it(`${moment.afterMs} ms after ${moment.says ? `"${moment.says}"` : 'its start'}: leaves nothing`, async () => {
      const { heal, left, output } = await killAndHeal(moment);
      expect(heal.exitCode, `${heal.output}\nthe run had said:\n${output}`).to.equal(0);
      expect(left).to.deep.equal([]);
    });
});

/** A drill on k3s that is interrupted or killed. `npm run test:k3s`; skipped with the reason elsewhere. */
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { interruptRun, killAndHeal } from '../../run/kill.ts';
import { k3sStack } from './index.ts';

describe('a drill on k3s', function suite() {
  this.timeout(600_000);
  before(async function possible() {
    const why = await k3sStack.unavailable();
    if (!why) return;
    console.log(`    skipped: ${why}`);
    this.skip();
  });

  for (const says of ['installing the CloudNativePG operator', 'took effect'])
    it(`leaves nothing in Docker when Ctrl-C comes after "${says}"`, async () => {
      const { exitCode, output, left } = await interruptRun({ says, afterMs: 1_000 }, 'k3s');
      expect(exitCode, output).to.equal(2);
      expect(output).to.include('the run was interrupted; what it had broken was healed and what it had made removed');
      expect(left).to.deep.equal([]);
    });

  it('leaves nothing in Docker when it is killed with a node cut off, and healed', async () => {
    const { heal, left } = await killAndHeal({ says: 'took effect', afterMs: 1_000 }, 'k3s');
    expect(heal.exitCode, heal.output).to.equal(0);
    expect(heal.output).to.match(/k3s: isolate of postgres-\d: .*\n.*removing/);
    expect(left).to.deep.equal([]);
  });
});

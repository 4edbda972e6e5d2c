/** The proofs of the lab's faults, seen red: nothing is broken, and each must say so. */
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { aimedAt } from '../../../faults/aim.ts';
import { type FaultKind, faults } from '../../../faults/index.ts';
import { canBeTried, parametersOf, targetOf } from '../../contract-trials.ts';
import type { Lab } from '../lab.ts';
import { readState } from '../state.ts';
import { closeTestLab, openTestLab } from '../test-lab.ts';
import { labFaults } from './index.ts';

describe('the proof of a fault that did not happen', function () {
  this.timeout(180_000);

  it('fails, for every fault of the lab', async function () {
    const { open, folder } = await openTestLab(this, { instances: 3, durability: 'required' });
    try {
      const state = await readState(open.id);
      const lab = { state, topology: { durability: 'required' } } as unknown as Lab;
      const unbroken = async (kind: FaultKind): Promise<string> => {
        const target = await targetOf(open, kind);
        const fault = labFaults.get(kind)!;
        const prepared = await fault.prepare(lab, aimedAt(kind, faults[kind].target, target), parametersOf(kind));
        return prepared.prove().then(
          (proof) => `${kind} took effect: ${proof}`,
          () => 'fails',
        );
      };
      const tried = [...labFaults.keys()].filter(canBeTried);
      expect(tried).to.have.length.above(20);
      const results = await Promise.all(tried.map(unbroken));
      expect(results.filter((result) => result !== 'fails')).to.deep.equal([]);
      expect((await open.residue()).found).to.deep.equal([]);
    } finally {
      await closeTestLab({ open, folder });
    }
  });
});

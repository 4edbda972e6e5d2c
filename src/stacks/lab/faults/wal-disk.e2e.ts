/** Faults of the disk that holds WAL, on a real lab. */
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { execa } from 'execa';
import { after, before, describe, it } from 'mocha';
import type { FaultKind } from '../../../faults/index.ts';
import type { UndoRecord } from '../../../faults/target.ts';
import { parametersOf } from '../../contract-trials.ts';
import { labStack } from '../index.ts';
import type { Lab } from '../lab.ts';
import { readState } from '../state.ts';
import { closeTestLab, openTestLab, type TestLab } from '../test-lab.ts';
import { labFaults } from './index.ts';

const child = fileURLToPath(new URL('../../contract-child.ts', import.meta.url));
const tried: readonly { readonly fault: FaultKind; readonly seen: RegExp }[] = [
  {
    fault: 'disk-full',
    seen: /^\d{1,4} bytes are free on the disk of pg1’s WAL, less than a page$/,
  },
  { fault: 'disk-stall', seen: /a write to it hangs$/ },
  { fault: 'disk-slow', seen: /^20 writes to the disk of pg1’s WAL take [\d.]+ s/ },
];

describe('a disk of WAL', function () {
  this.timeout(180_000);
  let lab: TestLab;
  before(async function () {
    lab = await openTestLab(this, { walDiskMegabytes: 192 });
  });
  after(async () => {
    if (lab) await closeTestLab(lab);
  });
  for (const { fault, seen } of tried) {
    it(`${fault}: its proof fails where nothing was broken`, async () => {
      const state = (await readState(lab.open.id))!;
      const target = await lab.open.primary();
      const prepared = await labFaults.get(fault)!.prepare({ state } as Lab, target, parametersOf(fault) as never);
      const proof = await prepared.prove().then(
        (text) => text,
        () => 'fails',
      );
      expect(proof).to.equal('fails');
      expect((await lab.open.residue()).found).to.deep.equal([]);
    });

    it(`${fault}: takes effect, and is healed from another process, twice without harm`, async () => {
      let record: UndoRecord | undefined;
      const undo = async (written: UndoRecord) => void (record = written);
      const active = await lab.open.inject(fault, await lab.open.primary(), undo, parametersOf(fault));
      expect(active.proof).to.match(seen);
      for (let i = 0; i < 2; i++) await execa(process.execPath, [child, 'heal', JSON.stringify(record)]);
      expect((await lab.open.residue()).found).to.deep.equal([]);
      const client = await lab.open.connect(await lab.open.primary());
      await client.query('create table if not exists after_it (x int)').finally(() => client.end());
    });
  }

  it('that stalls does not keep its lab from being removed', async function () {
    const other = await openTestLab(this, { walDiskMegabytes: 192 });
    await other.open.inject('disk-stall', await other.open.primary(), async () => {});
    await closeTestLab(other);
    expect((await labStack.residue(other.open.id)).found).to.deep.equal([]);
  });
});

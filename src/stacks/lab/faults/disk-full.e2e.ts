/** A full disk of a real lab. */
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { closeTestLab, openTestLab } from '../test-lab.ts';

describe('a disk of WAL that is full', function () {
  this.timeout(120_000);

  it('has less room than a page, and has room again once it is healed', async function () {
    const lab = await openTestLab(this, { walDiskMegabytes: 192 });
    try {
      const full = await lab.open.inject('disk-full', await lab.open.primary(), async () => {});
      expect(full.proof).to.match(/^\d{1,4} bytes are free on the disk of pg1’s WAL, less than a page$/);
      expect(await full.heal()).to.match(/MB are free again/);
    } finally {
      await closeTestLab(lab);
    }
  });
});

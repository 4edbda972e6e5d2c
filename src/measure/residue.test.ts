import { expect } from 'chai';
import { synthetic } from '../journal/synthetic.ts';
import { residue } from './residue.ts';

describe('residue', () => {
  it('is what any of the looks found, each thing once', async () => {
    const journal = synthetic().residue(['iptables: DROP', 'stopped: postgres']).residue(['iptables: DROP']);
    expect(residue(await journal.run())).to.include({ value: 2, note: 'iptables: DROP, stopped: postgres' });
    expect(residue(await synthetic().residue().run())).to.include({ value: 0, upper: 0 });
  });

  it('is not known where nobody looked, or a look checked nothing', async () => {
    expect(residue(await synthetic().run()).value).to.equal(null);
    expect(residue(await synthetic().line('residue', 60, { checked: [], found: [] }).run()).value).to.equal(null);
  });
});

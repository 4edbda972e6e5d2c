import { expect } from 'chai';
import { synthetic } from '../journal/synthetic.ts';
import { residue } from './residue.ts';

const look = { checked: ['rules'], found: [] };

describe('residue', () => {
  it('is what any of the looks found, each thing once', async () => {
    const journal = synthetic().residue(['iptables: DROP', 'stopped: postgres']).residue(['iptables: DROP']);
    expect(residue(await journal.run())).to.include({ value: 2, note: 'iptables: DROP, stopped: postgres' });
    expect(residue(await synthetic().residue().run())).to.include({ value: 0, upper: 0 });
  });

  it('is unknown where nobody looked, looked once, or a look checked nothing', async () => {
    expect(residue(await synthetic().run()).value).to.equal(null);
    const once = synthetic().line('residue', 60, look);
    expect(residue(await once.run()).value).to.equal(null);
    expect(residue(await once.line('residue', 61, { checked: [], found: [] }).run()).value).to.equal(null);
    expect(residue(await once.line('residue', 62, look).run()).value).to.equal(0);
  });

  it('is unknown where a part could not be looked at, and red where another part shows something', async () => {
    const unseen = ['volumes: this user may not list them'];
    const half = synthetic()
      .line('residue', 60, look)
      .line('residue', 61, { ...look, unseen });
    expect(residue(await half.run())).to.include({
      value: null,
      note: 'not measurable: nobody could look at volumes: this user may not list them',
    });
    const red = half.line('residue', 62, { ...look, found: ['a rule'] });
    expect(residue(await red.run()).value).to.equal(1);
  });

  it('is unknown where somebody looked before the faults were healed or the load was stopped', async () => {
    const early = () => synthetic().line('residue', 40, look).line('residue', 62, look);
    expect(residue(await early().fault('crash', { at: 20, heal: 50 }).run()).value).to.equal(null);
    expect(residue(await early().whole().run()).value).to.equal(null);
    expect(residue(await early().fault('crash', { at: 20, heal: 30 }).run()).value).to.equal(0);
  });

  it('is red where an early look found something', async () => {
    const journal = synthetic()
      .line('residue', 20, { checked: ['rules'], found: ['a rule'] })
      .whole();
    expect(residue(await journal.run()).value).to.equal(1);
  });
});

import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { exposedWrites } from './exposed.ts';

const halfSeconds = (from: number, to: number): number[] =>
  Array.from({ length: Math.round((to - from) * 2) }, (_, i) => from + i / 2);
/** One standby, synchronous but for the time given; 50 writes a second all the time. */
const drill = (durability: string, without?: readonly [number, number]) => {
  const [from, to] = without ?? [60, 60];
  const journal = synthetic({ durability }).writes();
  for (const at of halfSeconds(0, 60)) journal.replica('pg-1', [at], { syncState: 'primary' });
  for (const at of [...halfSeconds(0, from), ...halfSeconds(to, 60)]) journal.replica('pg-2', [at]);
  for (const at of halfSeconds(from, to)) journal.replica('pg-2', [at], { streaming: false, syncState: '' });
  return journal.run();
};

describe('exposedWrites', () => {
  it('are none where a standby was synchronous all the time', async () => {
    expect(exposedWrites(await drill('required'))).to.include({ value: 0, upper: 0 });
    expect(exposedWrites(await drill('required')).note).to.equal(undefined);
  });

  it('are those acknowledged while none was, more or less what fell between two looks', async () => {
    const found = exposedWrites(await drill('preferred', [20, 30]));
    expect(found.value).to.be.within(445, 455);
    expect(found.upper).to.be.within(500, 530);
    expect(found.note).to.equal(
      'the primary had no synchronous standby for 9.0 s at the longest for certain; looks found none once',
    );
  });

  it('show a set-up that promises to require a standby and silently goes on without', async () => {
    expect(exposedWrites(await drill('required', [20, 30])).lower).to.be.above(400);
  });

  it('count an acknowledgement with the warning that the wait was cancelled, wherever it fell', async () => {
    const journal = synthetic().writes({ change: (rows) => void (rows[100]!.outcome = 1) });
    const found = exposedWrites(await journal.replica('pg-2', halfSeconds(0, 60)).run());
    expect(found).to.include({ value: 1, lower: 1, upper: 1 });
  });

  it('cite the first, the middle and the last of them, and count no write that failed', async () => {
    const run = await drill('required', [20, 30]);
    const found = exposedWrites(run);
    const rows = found.evidence.map((seq) => run.ops.seq.indexOf(seq));
    expect(rows).to.have.length(3);
    expect(run.ops.doneUs[rows[0]!]).to.be.within(20e6, 20.6e6);
    expect(run.ops.doneUs[rows[2]!]).to.be.within(28.4e6, 30e6);
    (run.ops.outcome as Uint8Array)[rows[1]!] = 2;
    expect(exposedWrites(run).value).to.equal(found.value! - 1);
  });

  it('are not measurable without load, and where nobody looked at the standbys', async () => {
    const note = 'not measurable: there was no load, or nobody looked at standbys';
    expect(exposedWrites(await synthetic().replica('pg-2', [1]).run())).to.include({ value: null, note });
    expect(exposedWrites(await synthetic().writes().run())).to.include({ value: null, note });
  });

  it('are nothing that an asynchronous topology promised', async () => {
    expect(exposedWrites(await drill('asynchronous')).value).to.equal(null);
  });
});

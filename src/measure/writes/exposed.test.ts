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
  });

  it('are those acknowledged while none was, more or less what fell between two looks', async () => {
    const found = exposedWrites(await drill('preferred', [20, 30]));
    expect(found.value).to.be.within(445, 455);
    expect(found.upper).to.be.within(500, 530);
    expect(found.note).to.equal(
      'the primary had no synchronous standby for 9.0 s at the longest; no look found one in 1 stretch',
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

  it('are nothing that an asynchronous topology promised', async () => {
    expect(exposedWrites(await drill('asynchronous')).value).to.equal(null);
  });
});

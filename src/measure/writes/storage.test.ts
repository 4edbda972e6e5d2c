import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { storage } from './storage.ts';

const slot = (keptBytes: number, more: object = {}) => ({
  ...{ name: 'pg_2', active: true, status: 'reserved', keptBytes },
  ...more,
});

async function measuredOf(...looks: { walBytes?: number; slots: ReturnType<typeof slot>[] }[]) {
  const story = synthetic().stream('pooler-1', {});
  for (const [i, look] of looks.entries()) story.line('storage', i + 1, { instance: 'pg-1', ...look });
  return Object.fromEntries(storage(await story.run()).map((one) => [one.metric, one]));
}

describe('what instances keep', () => {
  it('is the most WAL of a look, with the instance, and the slot that kept most', async () => {
    const found = await measuredOf(
      { walBytes: 100, slots: [slot(10)] },
      { walBytes: 300, slots: [slot(10), slot(200, { name: 'gone', active: false })] },
      { walBytes: 200, slots: [slot(20)] },
    );
    expect(found.walPeakBytes).to.include({ value: 300, lower: 300, upper: null, note: 'pg-1' });
    expect(found.slotKeptBytes).to.include({ value: 200, note: 'gone on pg-1, which nobody read from' });
    expect(found.lostSlots).to.include({ value: 0, upper: 0 });
  });

  it('counts a slot once that was seen lost', async () => {
    const gone = slot(0, { status: 'lost' });
    const { lostSlots } = await measuredOf({ slots: [slot(5)] }, { slots: [gone] }, { slots: [gone] });
    expect(lostSlots).to.include({ value: 1, lower: 1, upper: 1, note: 'pg_2 on pg-1' });
  });

  it('is unknown where nobody looked, and the volume where the account may not list it', async () => {
    expect((await measuredOf()).lostSlots!.value).to.equal(null);
    const { walPeakBytes, slotKeptBytes } = await measuredOf({ slots: [] });
    expect([walPeakBytes!.value, slotKeptBytes!.value]).to.deep.equal([null, 0]);
    expect(walPeakBytes!.note).to.contain('pg_monitor');
  });
});

import { expect } from 'chai';
import type { EventOf } from '../../journal/event.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { archiveWait } from './archive-calls.ts';

const call = (from: number, until: number, more: Partial<EventOf<'archivecall'>> = {}) => ({
  ...{ instance: 'pg-2', does: 'fetch' as const, file: '00000002.history', found: false },
  ...{ fromUs: from * 1e6, untilUs: until * 1e6, ...more },
});

describe('the wait for the archive', () => {
  const run = () =>
    synthetic()
      .line('archivecall', 31, call(29, 31))
      .line('archivecall', 34, call(32, 34))
      .line('archivecall', 34.5, call(33, 34.5))
      .line('archivecall', 36, call(35, 36, { does: 'store' }))
      .line('archivecall', 37, call(30, 37, { instance: 'pg-3' }))
      .line('archivecall', 42, call(39, 42))
      .run();

  it('counts calls that run at once once, and only what lies between the two moments', async () => {
    expect(archiveWait(await run(), 'pg-2', 'fetch', 30e6, 40e6)).to.deep.include({ calls: 4, us: 4.5e6 });
  });

  it('counts the calls that failed', async () => {
    const failing = synthetic()
      .line('archivecall', 31, call(29, 31, { failed: true }))
      .line('archivecall', 34, call(32, 34));
    expect(archiveWait(await failing.run(), 'pg-2', 'fetch', 28e6, 40e6)).to.include({ calls: 2, failed: 1 });
  });

  it('is that of one instance, in one direction', async () => {
    expect(archiveWait(await run(), 'pg-3', 'fetch', 30e6, 40e6)).to.deep.include({ calls: 1, us: 7e6 });
    expect(archiveWait(await run(), 'pg-2', 'store', 30e6, 40e6)).to.deep.include({ calls: 1, us: 1e6 });
  });

  it('is unknown where no call was seen', async () => {
    expect(archiveWait(await run(), 'pg-1', 'fetch', 30e6, 40e6)).to.equal(undefined);
    expect(archiveWait(await run(), 'pg-2', 'fetch', 34.5e6, 39e6)).to.equal(undefined);
    expect(archiveWait(await synthetic().run(), 'pg-2', 'fetch', 30e6, 40e6)).to.equal(undefined);
  });
});

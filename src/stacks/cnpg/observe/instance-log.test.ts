import { expect } from 'chai';
import { archiveCall } from './instance-log.ts';

/** As CloudNativePG 1.30 wrote it on a real k3s, behind the time that the kubelet puts before it. */
const line = (logger: string, msg: string, walName: string, more: Readonly<Record<string, unknown>> = {}) =>
  `2026-11-30T08:17:57.449937652Z ${JSON.stringify({ level: 'info', ts: '2026-11-30T08:17:57.449587637Z', logger, msg, logging_pod: 'postgres-2', walName, ...more })}`;
const times = { startTime: '2026-11-30T08:17:56.99997403Z', endTime: '2026-11-30T08:17:57.449543541Z' };
const at = { from: new Date('2026-11-30T08:17:56.999Z'), until: new Date('2026-11-30T08:17:57.449Z') };

describe('the log of a CloudNativePG instance', () => {
  it('names each file that PostgreSQL fetched from the archive, with how long it took', () => {
    expect(archiveCall(line('wal-restore', 'Restored WAL file', '000000010000000000000006', times))).to.deep.equal({
      ...{ does: 'fetch', file: '000000010000000000000006', found: true },
      ...at,
    });
  });

  it('names each file that the archive does not have', () => {
    expect(
      archiveCall(line('wal-restore', 'WAL file not found in the recovery object store', '00000002.history', times)),
    ).to.deep.equal({ does: 'fetch', file: '00000002.history', found: false, ...at });
  });

  it('names each file that was archived', () => {
    expect(
      archiveCall(line('wal-archive', 'Archived WAL file', 'pg_wal/000000020000000000000006', times)),
    ).to.deep.equal({ does: 'store', file: '000000020000000000000006', found: true, ...at });
  });

  it('names each call that failed, for the archive did not answer', () => {
    const error = { error: 'connectivity failure while executing barman-cloud-wal-restore, retrying' };
    const fetch = 'Failed restoring WAL file (Postgres might retry)';
    expect(archiveCall(line('wal-restore', fetch, '00000002.history', { ...times, ...error }))).to.deep.equal({
      ...{ does: 'fetch', file: '00000002.history', found: false, failed: true },
      ...at,
    });
    const store = 'Failed archiving WAL: PostgreSQL will retry';
    expect(archiveCall(line('wal-archive', store, 'pg_wal/000000010000000000000007', times))).to.deep.include({
      ...{ does: 'store', file: '000000010000000000000007', failed: true },
    });
  });

  it('counts a call once, and none that never left the pod', () => {
    for (const other of [
      line('wal-restore', 'WAL restore command completed (parallel)', '000000010000000000000006', times),
      line('wal-restore', 'Refusing to restore future timeline history file', '00000003.history'),
      line('wal-restore', 'Restored WAL file', '000000010000000000000006'),
      line('wal-restore', 'Restored WAL file', '000000010000000000000006', { ...times, endTime: 'soon' }),
      '2026-11-30T08:17:57Z {"level":"info","msg":"Restored WAL file","walName":"0000',
      '2026-11-30T08:17:57Z plain text with "walName"',
      'no time "walName"',
    ])
      expect(archiveCall(other), other).to.equal(undefined);
  });
});

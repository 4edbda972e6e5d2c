import { expect } from 'chai';
import type { ObjectStore } from '../../object-store/object-store.ts';
import { backupFor, storedBackups } from './catalogue.ts';

/** As barman-cloud-backup 3.13 writes it, less the lines that nobody reads. */
const info = (endTime: string, status = 'DONE') => `backup_label='START WAL LOCATION: 0/2000028\\nLABEL: Barman\\n'
begin_wal=000000010000000000000002
end_time=${endTime}
end_wal=000000010000000000000003
status=${status}
timeline=1
`;

/** A store with these objects below `pgdrill/base/`; all but the texts are of 10 bytes. */
function storeWith(texts: Readonly<Record<string, string>>, others: readonly string[]): ObjectStore {
  const entry = (key: string) => `<Contents><Key>pgdrill/base/${key}</Key><Size>10</Size></Contents>`;
  const listing = [...Object.keys(texts), ...others].map(entry).join('');
  return {
    ...{ host: 'minio', port: 9000, bucket: 'b', account: { accessKey: 'a', secretKey: 's' } },
    send: async ({ path }) => ({
      status: 200,
      body: path.includes('list-type') ? listing : texts[path.replace('/b/pgdrill/base/', '')]!,
    }),
  };
}

describe('the catalogue of backups', () => {
  it('has those that ended well, the oldest first, with their size in the store', async () => {
    const store = storeWith(
      {
        '20261122T200814/backup.info': info('2026-11-22 20:08:21.280113+00:00'),
        '20261122T190000/backup.info': info('2026-11-22 19:00:09+00:00'),
        '20261122T210000/backup.info': info('2026-11-22 21:00:09+00:00', 'FAILED'),
      },
      ['20261122T200814/data.tar.gz', '20261122T200814/other.tar.gz', '20261122T220000/data.tar.gz'],
    );
    const found = await storedBackups(store, 'pgdrill');
    expect(found.map(({ id, bytes }) => [id, bytes])).to.deep.equal([
      ['20261122T190000', 10],
      ['20261122T200814', 30],
    ]);
    expect(found[1]!.endedAt.toISOString()).to.equal('2026-11-22T20:08:21.280Z');
    expect(found[1]).to.include({
      beginWal: '000000010000000000000002',
      endWal: '000000010000000000000003',
      timeline: 1,
    });
  });

  it('gives a restore the last that ended before its time, and says where there is none', async () => {
    const store = storeWith(
      {
        '20261122T190000/backup.info': info('2026-11-22 19:00:09+00:00'),
        '20261122T200814/backup.info': info('2026-11-22 20:08:21+00:00'),
      },
      [],
    );
    const idFor = async (serverTime: string) => (await backupFor(store, 'pgdrill', { kind: 'time', serverTime })).id;
    expect(await idFor('2026-11-22T20:08:20.999Z')).to.equal('20261122T190000');
    expect(await idFor('2026-11-22T20:08:21.000Z')).to.equal('20261122T200814');
    expect((await backupFor(store, 'pgdrill', { kind: 'latest' })).id).to.equal('20261122T200814');
    const error = await idFor('2026-11-22T19:00:00Z').catch((reason: Error) => reason);
    expect(String(error)).to.contain('there is no base backup from before that time');
  });
});

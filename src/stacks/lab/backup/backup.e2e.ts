/** Backups of a real lab, and everything that should make one fail, planted. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { signedRequest } from '../../../object-store/s3.ts';
import type { RecoveryTarget } from '../../backup/recovery-target.ts';
import type { Backups } from '../../backups.ts';
import type { OpenStack } from '../../stack.ts';
import { requestFromClients } from '../control/from-clients.ts';
import { hostFolders } from '../paths.ts';
import { preparedParts } from '../root/rootfs.ts';
import { readTemplate } from '../root/template.ts';
import { readState } from '../state.ts';
import { closeTestLab, openTestLab, type TestLab } from '../test-lab.ts';
import { adminAccount, bucket, serverName } from './store.ts';

const options = { signal: new AbortController().signal, withinMs: 60_000, progress: () => {} };

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it went well',
    (error: Error) => error.message,
  );

describe('backups of the lab', function () {
  this.timeout(300_000);
  let lab: TestLab | undefined;
  let open: OpenStack;
  let backups: Backups;
  /** A moment after the backup, behind which there is more WAL. */
  let moment: RecoveryTarget;
  let endWal: string;

  before(async function () {
    lab = await openTestLab(this, { archiving: true });
    open = lab.open;
    backups = open.backups!;
  });
  after(async () => {
    if (lab) await closeTestLab(lab);
  });

  const query = async (sql: string): Promise<string[]> => {
    const client = await open.connect(await open.primary());
    const { rows } = await client.query<[string]>({ text: sql, rowMode: 'array' }).finally(() => client.end());
    return rows.map(([value]) => String(value));
  };
  /** The folder of the machine in which MinIO keeps the objects below this key. */
  const stored = (...key: string[]) => join(hostFolders(open.id, 'minio').data, 'minio', bucket, serverName, ...key);

  it('are in the store with the WAL that they need, and listed', async () => {
    const taken = await backups.take(options);
    endWal = taken.endWal;
    expect(taken.bytes).to.be.greaterThan(1e6);
    const { backups: listed, wal } = await backups.list!(options.signal);
    expect(listed.map(({ id }) => id)).to.deep.equal([taken.id]);
    expect(wal).to.include(taken.endWal);
  });

  it('restore to a moment: with all earlier commits, without later ones, and without a way to write back', async () => {
    await query('create table moments (at int)');
    await query('insert into moments values (1)');
    const [serverTime] = await query(
      `select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    );
    moment = { kind: 'time', serverTime: serverTime! };
    await query('insert into moments values (2)');
    for (let segments = 0; segments < 2; segments++)
      await query('select pg_switch_wal() from (select txid_current()) as written');
    const until = performance.now() + 40_000;
    while ((await query(`select count(*) from pg_ls_archive_statusdir() where name like '%.ready'`))[0] !== '0')
      expect(performance.now(), 'archived in time').to.be.below(until);
    await using restored = await backups.restore(moment, options);
    const client = await restored.connect();
    const { rows } = await client.query('select at from moments').finally(() => client.end());
    expect(rows).to.deep.equal([{ at: 1 }]);
    expect(restored.facts.cannotWrite).to.contain('answered 403');
    expect(restored.facts.bytes).to.be.greaterThan(restored.facts.readBytes! / 4);
  });

  it('leave no host of a restore behind', async () => {
    const names = (await readState(open.id))!.hosts.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('restore'))).to.deep.equal([]);
    expect((await open.residue()).found).to.deep.equal([]);
  });

  it('fail in one sentence where the credentials are wrong', async () => {
    const file = join(hostFolders(open.id, 'pg1').config, 'store-account');
    const right = await readFile(file, 'utf8');
    await writeFile(file, right.replace(/(secret_access_key = ).*/, '$1wrong'));
    const why = await failure(backups.take(options));
    await writeFile(file, right);
    expect(why).to.match(/^the base backup failed: the object store refuses the credentials \(.*403/);
  });

  it('fail in one sentence, and soon, where the object store is away', async () => {
    const away = await open.inject('store-down', { kind: 'store', name: 'store' }, async () => {});
    const startedMs = performance.now();
    const why = await failure(backups.restore(moment, options));
    await away.heal();
    expect(why).to.match(/^the restore failed: the object store does not answer \(/);
    expect(performance.now() - startedMs).to.be.below(30_000);
  });

  it('do not restore across a hole in the WAL, and name it', async () => {
    const wal = stored('wals', endWal.slice(0, 16));
    const segments = (await readdir(wal)).filter((name) => /^[0-9A-F]{24}\.gz$/.test(name)).sort();
    // The first behind the backup: the moment lies in it.
    const hole = segments.find((name) => name.slice(0, 24) > endWal)!;
    await rm(join(wal, hole), { recursive: true });
    const why = await failure(backups.restore(moment, options));
    expect(why).to.contain(`WAL is missing from the archive: ${hole.slice(0, 24)}`);
  });

  it('do not restore from a base backup that was damaged', async () => {
    const [id] = await readdir(stored('base'));
    const state = (await readState(open.id))!;
    const { address } = state.hosts.find(({ kind }) => kind === 'minio')!;
    const account = adminAccount((await readTemplate(preparedParts().template)).secrets);
    const path = `/${bucket}/${serverName}/base/${id}/data.tar.gz`;
    await requestFromClients(
      open.id,
      await signedRequest('PUT', address, 9000, path, account, new Date(), { body: 'no archive' }),
    );
    expect(await failure(backups.restore(moment, options))).to.contain('the base backup is damaged');
  });

  it('are missing where the bucket is', async () => {
    await rm(stored('..'), { recursive: true });
    expect(await failure(backups.restore(moment, options))).to.match(/^the restore failed: the bucket does not exist/);
  });
});

describe('a restore onto a disk that is too small', function () {
  this.timeout(120_000);

  it('fails in one sentence, and leaves no host', async function () {
    const lab = await openTestLab(this, { archiving: true, settings: { restore_disk: '20' } });
    try {
      await lab.open.backups!.take(options);
      const why = await failure(lab.open.backups!.restore({ kind: 'latest' }, options));
      expect(why).to.match(/^the restore failed: the disk is full \(/);
      expect((await lab.open.residue()).found).to.deep.equal([]);
    } finally {
      await closeTestLab(lab);
    }
  });
});

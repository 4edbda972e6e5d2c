import { expect } from 'chai';
import { backupCause, restoreCause } from './cause.ts';

/** What Barman 3.13 and PostgreSQL 17 said when these were planted. */
const said: readonly (readonly [planted: string, output: string, cause: RegExp])[] = [
  [
    'an object store that is away',
    `ERROR: Can't connect to cloud provider: Could not connect to the endpoint URL: "http://minio:9000/postgres-backups"`,
    /^the object store does not answer \(/,
  ],
  [
    'wrong credentials',
    'ERROR: Barman cloud backup list exception: An error occurred (403) when calling the HeadBucket operation: Forbidden',
    /^the object store refuses the credentials \(/,
  ],
  ['a bucket that is missing', 'ERROR: Bucket postgres-backups does not exist', /^the bucket does not exist \(/],
  [
    'an archive of another cluster',
    'ERROR: WAL archive check failed for server srv: Expected empty archive',
    /^the archive holds the WAL of another cluster/,
  ],
  [
    'a disk that is full',
    'ERROR: Barman cloud restore exception: [Errno 28] No space left on device',
    /^the disk is full \(/,
  ],
  [
    'a hole in the WAL',
    'LOG:  started archive recovery\nFATAL:  recovery ended before configured recovery target was reached\nLOG:  shutting down',
    /^the archive ends before the time that was asked for/,
  ],
  [
    'a base backup with bytes changed',
    'postgres: could not find the database system\nExpected to find it in the directory "/data",\nbut could not open file "/data/global/pg_control": No such file or directory',
    /^the base backup is damaged/,
  ],
];

describe('the cause of a failed backup or restore', () => {
  for (const [planted, output, cause] of said)
    it(`names ${planted}`, () => {
      expect(backupCause(output)).to.match(cause);
      expect(backupCause(output)).not.to.contain('\n');
    });

  it('is not the object store where the operator did not reach PostgreSQL', () => {
    const operator =
      'restore error: while restoring cluster: while waiting for PostgreSQL to stop recovery mode: error while reading ' +
      'results of pg_is_in_recovery: failed to connect to `user=postgres database=postgres`: dial error: connection refused';
    const postgres = 'FATAL: recovery ended before configured recovery target was reached';
    expect(backupCause(`${operator}\n${postgres}`)).to.match(/^the archive ends before the time that was asked for/);
    expect(backupCause(operator)).to.equal(operator);
  });

  it('is the last line that was said where none is known', () => {
    expect(backupCause('one\n two \n\n')).to.equal('two');
    expect(backupCause('')).to.equal('it said nothing');
  });

  it('of a restore is the WAL that the archive lacks, unless something else stopped it', () => {
    const lacking = ['000000010000000000000004'];
    const ended = 'FATAL:  recovery ended before configured recovery target was reached';
    expect(restoreCause(ended, lacking)).to.match(
      /^WAL is missing from the archive: 000000010000000000000004; the archive/,
    );
    expect(restoreCause(ended, []))
      .to.match(/^the archive ends before/)
      .and.not.contain('the last WAL file');
    const restored = ['00000002.history', lacking[0], '000000010000000000000005'];
    const log = restored.map((file) => `LOG:  restored log file "${file}" from archive`).join('\n');
    expect(restoreCause(`${log}\n${ended}`, [])).to.match(
      /; the last WAL file that it restored was 000000010000000000000005$/,
    );
    expect(restoreCause('No space left on device', lacking)).to.match(/^the disk is full/);
  });
});

import { expect } from 'chai';
import { backupStory } from '../../journal/backup-story.ts';
import type { EventOf } from '../../journal/event.ts';
import { backupAge, backups, failedAssertions, restoredDamage, restores } from './restore.ts';

const damage = async (found: Partial<EventOf<'proof'>> = {}) => restoredDamage(await backupStory({ found }).run());

describe('how long it took', () => {
  it('is from the order until the new instance takes writes, sharp to the looks at it, beside the size', async () => {
    const [time, failed] = restores(await backupStory().run());
    expect(time).to.include({ value: 8_000, lower: 7_500, upper: 8_000 });
    expect(time!.note).to.contain('40.0 MB restored, 6.0 MB received, 2.0 s of it for the base backup');
    expect(failed!.value).to.equal(0);
  });

  it('is reported for backups likewise', async () => {
    expect(backups(await backupStory().run())[0]).to.include({ value: 5_000, lower: 4_500 });
  });

  it('counts failures, and reports the cause', async () => {
    const cause = 'the object store does not answer';
    const failed = { fromUs: 1e6, untilUs: 2e6, sharpMs: 0, outcome: 'failed', cause } as const;
    const run = await backupStory()
      .line('backup', 2, { ...failed, method: 'unknown', roles: [], databases: [] })
      .run();
    expect(backups(run)[1]).to.include({ value: 1, note: cause });
  });
});

describe('restoredDamage', () => {
  it('is 0 where all is well, and says how much was looked at', async () => {
    const found = await damage();
    expect(found.value).to.equal(0);
    expect(found.note).to.match(/^1,\d{3} rows, 90 relations and 1 sequence were looked at$/);
  });

  it('counts rows whose content was changed', async () => {
    expect(await damage({ damagedRows: 3 })).to.include({ value: 3, note: '3 rows with another content' });
  });

  it('counts what amcheck found, and duplicate keys', async () => {
    const corruption = ['app: ledger: invalid page in block 3'];
    const found = await damage({ corruption, duplicates: [[1, 2, 2]] });
    expect(found.value).to.equal(2);
    expect(found.note).to.equal('write 1/2 exists 2 times; app: ledger: invalid page in block 3');
  });

  it('counts roles and databases that existed at the backup', async () => {
    const found = await damage({ roles: ['postgres'], databases: [] });
    expect(found.value).to.equal(3);
    expect(found.note).to.contain('the role app is missing').and.contain('the database postgres is missing');
  });

  it('counts what the mark says that the cluster had, extensions too, before what the backup says', async () => {
    const had = { roles: ['app', 'audit'], databases: ['app'], extensions: ['app: pgcrypto'] };
    const found = restoredDamage(await backupStory({ had }).run());
    expect(found.value).to.equal(2);
    expect(found.note).to.equal('the role audit is missing; the extension app: pgcrypto is missing');
  });

  it('counts a sequence that would give out what is taken', async () => {
    const found = await damage({ sequences: [{ name: 's', last: 9, max: 10 }] });
    expect(found).to.include({ value: 1, note: 'the sequence s stands at 9, but 10 is taken' });
  });
});

describe('backupAgeMs', () => {
  it('is the age of the oldest base backup that was restored, known to the second', async () => {
    const aged = (backupAgeMs: number, name: string) =>
      ({
        name,
        target: { kind: 'latest' },
        fromUs: 1,
        untilUs: 2,
        sharpMs: 0,
        outcome: 'failed',
        backupAgeMs,
      }) as const;
    const run = await backupStory()
      .line('restore', 61, aged(5_000, 'r2'))
      .line('restore', 62, aged(90_000, 'r3'))
      .run();
    expect(backupAge(run)).to.include({ value: 90_000, lower: 89_000, upper: 91_000 });
  });

  it('is not measured where nobody says when it was taken', async () => {
    expect(backupAge(await backupStory().run()).value).to.equal(null);
  });
});

describe('failedAssertions', () => {
  const answer = (holds: boolean) => ({ name: 'orders', sql: 'select 1', expected: 'at least 1', got: '0', holds });
  const found = async (answers: boolean[] | undefined) =>
    failedAssertions(await backupStory({ found: answers ? { assertions: answers.map(answer) } : {} }).run());

  it('counts those that do not hold, and names them with both values', async () => {
    expect(await found([true, false])).to.include({ value: 1, note: 'orders: expected at least 1, got 0' });
  });

  it('is 0 where all hold, and says so where none was given', async () => {
    expect(await found([true])).to.include({ value: 0, upper: 0, note: 'of 1 assertion' });
    expect(await found(undefined)).to.include({ value: 0, note: 'no assertion was given' });
  });

  it('has no upper end where a restore could not be looked at, and no value where none could', async () => {
    const failed = {
      name: 'r2',
      target: { kind: 'latest' },
      fromUs: 1,
      untilUs: 2,
      sharpMs: 0,
      outcome: 'failed',
    } as const;
    expect(failedAssertions(await backupStory().line('restore', 61, failed).run()).upper).to.equal(null);
    const run = await backupStory().run();
    expect(failedAssertions({ ...run, proofs: [] }).value).to.equal(null);
  });
});

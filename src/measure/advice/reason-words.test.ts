/** Reasons of stored runs that an engineer on call could not act on before: each names what the journal holds. */
import { expect } from 'chai';
import { type Said, storedSaid } from '../../cli/stored-said.ts';
import type { Run } from '../../journal/run.ts';
import { failedAssertion } from './assertion-words.ts';
import { leftBehind } from './residue-words.ts';
import { failedRestore } from './restore-words.ts';

describe('reasons of the stored runs', () => {
  let all: ReadonlyMap<string, Said> = new Map();
  const said = (name: string): Said => all.get(name)!;
  before(async function () {
    this.timeout(60_000);
    all = await storedSaid();
  });

  it('say whether a backup or an assertion is at fault, with what the source had', () => {
    const { why, change, run, verdict } = said('restore-proof-failed');
    expect(why)
      .to.contain('expected at least 100, got 6 (select count(*) from pg_database)')
      .and.to.contain('its 4 databases without templates, as many as the source had at that moment (myapp_dev,')
      .and.to.contain('the assertion is at fault, not the backup');
    expect(change).to.match(/^Correct the assertion/);
    const check = verdict.checks.find(({ metric }) => metric === 'failedAssertions')!;
    const asked = (sql: string): Run => ({
      ...run,
      proofs: run.proofs.map((proof) => ({
        ...proof,
        assertions: proof.assertions!.map((one) => ({ ...one, sql })),
      })),
    });
    const ofRows = failedAssertion(asked('select count(*) from orders'), check);
    expect(ofRows.why).to.contain('Rows of your own tables it did not compare').and.not.contain('is at fault');
    const lacking = { ...run, marks: run.marks.map((mark) => ({ ...mark, databases: [...mark.databases!, 'gone'] })) };
    expect(failedAssertion(lacking, check).advice).to.match(
      /^If the assertion is right, find out what the backup lacks/,
    );
  });

  it('say of a firewall rule that no fault of the run sets it there, and give the command that removes it', () => {
    const { why, change, run, verdict } = said('node-isolated-failed');
    expect(why).to.contain(
      'No fault of this run sets a rule on minio (it had isolate of pg1): another run or a person',
    );
    expect(change).to.contain(
      'on minio: iptables -D INPUT -s 192.0.2.1/32 -m comment --comment pgdrill -j DROP), then run the drill again',
    );
    expect(said('primary-freeze-failed').why).to.contain('(it had freeze of pg2)');
    const check = verdict.checks.find(({ metric }) => metric === 'residue')!;
    const rule = 'pg1 has the firewall rule -A INPUT -m comment --comment pgdrill-isolate -j DROP';
    const own = { ...run, residues: run.residues.map((look) => ({ ...look, found: [rule] })) };
    expect(leftBehind(own, check).why).to.contain('It is a rule of this run’s own isolate of pg1.');
  });

  it('say of WAL that nobody archived who wrote it, and why nobody did later; the raw message stands once', () => {
    const { why, change } = said('object-store-down-failed');
    expect(why)
      .to.match(
        /^The restore failed: WAL is missing from the archive: 000000020000000000000004, 000000020000000000000005\./,
      )
      .and.to.contain('pg1 wrote them before pg2 became the primary.')
      .and.to.match(/The object store had then been stopped for \d+\.\d s, so pg1 could not archive them\./)
      .and.to.contain('A standby archives nothing here (archive_mode = on), so nobody did later.')
      .and.not.contain('FATAL');
    expect(why.match(/000000020000000000000004/g)).to.have.lengthOf(2);
    expect(change)
      .to.contain('archive_mode = always, with an archive_command that accepts a file which the archive already has')
      .and.not.contain('Find out why WAL did not reach');
  });

  it('say what decides between the two causes that are left of a restore', () => {
    const { why, run, verdict } = said('point-in-time-restore-failed');
    expect(why)
      .to.contain(
        'The restore aimed at the moment “after the failover”, which lies in the WAL file 000000030000000000000004',
      )
      .and.to.contain('Two causes are left')
      .and.to.contain('00000003.history was in the store: restore-1, which ended 0.82 s before, found it')
      .and.not.contain('FATAL');
    const check = verdict.checks.find(({ metric }) => metric === 'failedRestores')!;
    const listed = (newest: string[]) =>
      failedRestore({ ...run, stores: run.stores.map((store) => ({ ...store, newest })) }, check);
    expect(listed(['00000003.history', '000000030000000000000005']).why).to.contain(
      'The store held 000000030000000000000004 at the end: the restore did not follow that timeline.',
    );
    expect(listed(['000000020000000000000009']).why).to.contain('The store lacked 000000030000000000000004 at the end');
    const stopped = '; the last WAL file that it restored was 000000020000000000000003';
    const restores = run.restores.map((one) => ({ ...one, ...(one.cause && { cause: `${one.cause}${stopped}` }) }));
    expect(failedRestore({ ...run, restores }, check).why).to.contain(
      'The last WAL file that it restored was 000000020000000000000003: it did not follow timeline 3.',
    );
  });

  it('say of a damaged backup what shows it, and what is not known', () => {
    expect(said('scheduled-backup-failed').why)
      .to.contain('What shows it is one message (while reading pg_controldata: exit status 1).')
      .and.to.contain('This drill breaks nothing')
      .and.to.contain('Which of its files are damaged or missing, and since when, is not in the journal.');
  });

  it('have a fault that never took effect in the sentence, and a total that adds up', () => {
    expect(said('paused-switchover-failed').verdict.sentence).to.contain(
      'The scenario needs pooler-pause, which never took effect.',
    );
    expect(said('primary-crash-failed').verdict.sentence).not.to.contain('The scenario needs');
    // 17.6 + 92.7 = 110.3
    expect(said('failover-storm-failed').verdict.sentence).to.contain(
      'writes were down 110.3 s in one outage; PostgreSQL itself was down 5 times meanwhile, 17.6 s together, PgBouncer added 92.7 s',
    );
    expect(said('retry-on-failure-failed').verdict.sentence).to.contain(
      'the longest of 2 outages on pooler1 (the other 0.63 s)',
    );
  });

  it('put an earlier part after the largest as earlier, and name what passed after a primary had stepped down', () => {
    expect(said('slow-primary-link-failed').why).to.contain(
      'pg1 stepped down 20.2 s after the fault, and the last 9.7 s passed because a standby takes over only when',
    );
    expect(said('drain-failed').why).to.contain('17.9 s more passed earlier, while postgres-2 was promoted');
    expect(said('replica-crash-failed').why).to.contain(
      'Before the fault writes had already been down for 2.5 s, until 2.3 s before it.',
    );
  });

  it('leave no more of an outage that only a standby ended than Patroni takes to notice', () => {
    expect(said('standbys-lost-preferred-failed').change).to.contain(
      'saves 20.7 s to 30.7 s (seen in the phases); up to 10 s would be left, within the limit of 15 s',
    );
  });

  it('say that a former primary was not rewound, and that no connection was left for that', () => {
    const { why, change } = said('former-primary-ahead-failed');
    expect(why)
      .to.contain(
        'pg1 was the primary of timeline 2, ran again as a standby of it, and never came to timeline 3 of pg2.',
      )
      .and.to.match(
        /pg2 had refused log-ins for \d+\.\d s, because all 200 connections were taken \(reserved_connections = 0\)/,
      )
      .and.to.contain('most likely that kept it from being rewound')
      .and.not.contain(':8008');
    expect(change).to.contain('Keep connections of pg2 free for the user that rewinds');
  });
});

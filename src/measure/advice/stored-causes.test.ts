/** Causes that readers of the stored runs could not find, or that their own figures contradicted. */
import { expect } from 'chai';
import { type Said, storedSaid } from '../../cli/stored-said.ts';
import { rejections } from '../poolers/rejections.ts';

describe('causes of the stored runs', () => {
  let all: ReadonlyMap<string, Said> = new Map();
  const said = (name: string): Said => all.get(name)!;
  before(async function () {
    this.timeout(60_000);
    all = await storedSaid();
  });

  it('have advice on the largest part, and a change that CloudNativePG accepts', () => {
    expect(said('primary-delete-now-failed').change)
      .to.match(/^No setting here shortens the largest part \(20\.1 s\), which synchronous replication/)
      .and.to.contain('Read the log of postgres-3')
      .and.to.contain('from 15 s to 7 s, together with lease_renew_deadline = 5 s and lease_retry_period = 1 s: saves');
    expect(said('primary-delete-now-failed').why).to.contain(
      'postgres-3 was the first that did; it followed the new timeline only after 17.7 s, and streamed 2.4 s after that',
    );
  });

  it('name every large part, and who imposes it where no setting helps', () => {
    expect(said('drain-rolling-failed').change)
      .to.match(/^Leave --limit out, or raise it above 22\.2 s/)
      .and.to.contain('6.9 s by PostgreSQL on postgres-3')
      .and.to.contain('4.1 s by CloudNativePG (the primary lease)');
    expect(said('k3s-primary-freeze').why)
      .to.contain('31.4 s more passed earlier, before Kubernetes marked postgres-1 as not ready')
      .and.to.contain('30.4 s more passed earlier, before CloudNativePG decided on a failover');
  });

  it('say what the exporter gave while an alert was missing', () => {
    expect(said('alerts-failed').why)
      .to.match(/The exporter of postgres-1 answered 10 of 11 scrapes .* without any value of PostgreSQL/)
      .and.not.contain('shorter than');
    expect(said('alerts-failed').change).to.contain('Alert on values that are missing as well (absent(');
  });

  it('separate an outage of the direct path from what clients of the poolers found slow', () => {
    expect(said('lossy-network-failed').why)
      .to.contain('clients had writes acknowledged for 11.0 s meanwhile, late (slow, not down)')
      .and.to.contain('pg2 streamed on for')
      .and.to.contain('pg3 streamed on as an asynchronous standby, which commits do not wait for')
      .and.to.contain('(seen 20.2 s after the fault)')
      .and.to.contain('The cause of both is the same. All of it, 8.8 s, passed');
  });

  it('save only what PostgreSQL itself was not down', () => {
    expect(said('failover-storm-failed').change).to.match(
      /saves 87\.4 s to 92\.7 s \(modelled from the timeouts\); 17\.6 s to 22\.\d s would be left, within the limit of 100 s/,
    );
  });

  it('say of a pooler that stood still that its log did too, and which streams it took along', () => {
    expect(said('steady-failed').why)
      .to.contain(
        'The drill broke nothing. From 29.5 s into the run, pooler1 did not serve for 3.1 s and pooler1-fresh for 3.0 s; direct',
      )
      .and.to.contain('The log of pooler1 has no line for 3.1 s')
      .and.to.contain('the process of pooler1 stood still');
    expect(said('steady-failed').change).to.match(/^Look on the host of pooler1 for what stopped the process/);
  });

  it('say what was seen in an outage whose cause is not known, and what remains', () => {
    expect(said('host-paused-failed').why)
      .to.contain('pg3, the old primary, had answered as a primary 1.0 s before: it did not know yet')
      .and.to.contain('pg1 streamed as the synchronous standby at every look')
      .and.to.contain('Commits themselves may have taken longer than a second');
    for (const [name, { why }] of all) expect(why, name).not.to.contain('why was not found');
  });

  it('say why standbys stayed away, as far as the journal shows it', () => {
    expect(said('lossy-primary-failed').why)
      .to.contain('met 57P03 (shutting down): a standby was shut down in order, not by this drill')
      .and.to.match(/Log-ins were refused from 8\.3 s to 26\.2 s of this wait/);
    expect(said('wipe-and-rejoin-failed').why)
      .to.match(/PostgreSQL on pg2 answered at none of \d+ looks since the fault: it never ran again/)
      .and.to.contain('pg1 streamed on as an asynchronous standby');
    expect(said('wipe-and-rejoin-failed').change).to.contain('pg_basebackup');
  });

  it('name the setting that keeps commits waiting, and what ended the wait', () => {
    expect(said('standbys-lost-preferred-failed').why)
      .to.contain('synchronous_mode_strict = true makes commits wait when no standby is left')
      .and.to.contain('Once the fault had ended, pg2 streamed again as a synchronous standby after 9.9 s.');
  });

  it('say which fault of a scenario never came, and what that let happen', () => {
    expect(said('quorum-refuses-failed').why).to.contain(
      'Writes went on because pg2 was promoted 19.6 s after the fault: the drill broke one thing only (crash of pg3; the journal has no attempt at another).',
    );
    expect(said('quorum-refuses-failed').change).to.contain('pg2 must not be left');
    expect(said('paused-switchover-failed').why).to.match(/^The drill never ordered pooler-pause, /);
  });

  it('say why retries did not help, and what the archive held when a restore began', () => {
    expect(said('retry-on-failure-failed').why).to.contain('All have SQLSTATE 08P01');
    expect(said('retry-on-failure-failed').change).to.contain('errorCodesToAdd');
    expect(said('point-in-time-restore-failed').why)
      .to.contain('which lies in the WAL file 000000030000000000000004')
      .and.to.match(/as archived 14\.\d s before the restore began/);
    expect(said('point-in-time-restore-failed').change).to.contain('recovery_target_timeline');
  });

  it('say why a limit on silence broke within an outage, and what the drill’s own probes had to do with it', () => {
    const { why, change } = said('slow-standby-link-failed');
    expect(why)
      .to.contain('For 12.0 s of the outage, from 6.0 s to 18.1 s after it began, nobody had a write acknowledged')
      .and.to.contain('these took 3.1 s to 4.9 s from when they were due, close to the 5.0 s')
      .and.to.contain(
        'In the last 6.5 s of this silence PostgreSQL also refused 30 log-ins, because the drill’s own probes',
      )
      .and.to.match(/In this silence clients gave up \d+ writes? that had waited that long/)
      .and.to.contain('the drill’s doing (the last 12.7 s of the fault and 3.5 s after it)');
    expect(change)
      .to.contain('no setting meets writeOutageMs ≤ 2 s and silenceMs ≤ 2 s: each takes at least the 3 s of the delay')
      .and.to.contain('24.2 s of the outage is imposed by the fault itself')
      .and.to.contain('(durability required): 11.5 s alone, 12.7 s together with the drill’s own probes');
    // The disk stopped every commit: refused log-ins lengthened nothing.
    expect(said('wal-disk-stalls-failed').why).not.to.contain('the last ');
    // As long as the outage: its cause is the same.
    expect(said('cpu-starved-failed').verdict.reasons).to.equal(undefined);
  });

  it('count every refused log-in of a line that stands for several', () => {
    let several = 0;
    for (const [name, { run }] of all) {
      const { count, each } = rejections(run);
      expect(
        each.reduce((sum, { n }) => sum + n, 0),
        name,
      ).to.equal(count);
      if (count > each.length) several++;
    }
    expect(several).to.be.at.least(10);
  });

  it('begin advice on a standby that does not replay with what moves the limit', () => {
    const { change } = said('stale-standby-failed');
    expect(change)
      .to.match(/^Send reads that must see the latest writes to the primary, or keep a standby .* out of the reads/)
      .and.to.match(/No setting meets the limit of 12 s on replay lag .* raise the limit replayLagMs above 25\.2 s/)
      .and.to.contain('Do not set synchronous_commit = remote_apply here: commits wait for pg2 alone')
      .and.to.contain('which breaks this run’s own limit of 1 s (write outage)')
      .and.to.match(/Alert on replay_lag .*an alert does not shorten the lag\.$/);
  });

  it('name the holes that end a restore, and no other reason beside them', () => {
    const { why, change } = said('object-store-down-failed');
    expect(why)
      .to.contain('A restore has to pass 000000020000000000000004 and 000000020000000000000005 first')
      .and.not.contain('Two causes are left');
    expect(change).not.to.contain('List the store').and.not.to.contain('recovery_target_timeline');
    expect(change).to.contain('Take a new base backup now');
    expect(said('point-in-time-restore-failed').why).to.contain('Two causes are left');
  });

  it('say of every limit that broke beside another why it did', () => {
    let found = 0;
    for (const [name, { verdict }] of all) {
      const broken = verdict.checks.filter(({ outcome }) => outcome === 'fail');
      if (broken.length < 2) continue;
      for (const { metric, value } of broken) {
        const isOfCause = metric.endsWith('Ms') && value !== null && value > 0.9 * (verdict.cause?.ofMs ?? Infinity);
        const reason = verdict.reasons?.find((one) => one.metric === metric);
        expect(isOfCause || reason !== undefined, `${name}: ${metric}`).to.equal(true);
        found++;
      }
    }
    expect(found).to.be.at.least(20);
  });

  it('raise a limit above what its own measure showed', () => {
    expect(said('cpu-starved-failed').change).to.contain('raise the limit silenceMs above 21.1 s');
    expect(said('wal-disk-slow-failed').change).to.contain('raise the limit silenceMs above 30.5 s');
    expect(said('link-flaps-failed').change).to.contain('a fault of 24.3 s').and.to.contain('above 24.3 s');
    expect(said('pooler-cut-off-failed').why).to.match(/Clients of pooler2 waited up to 13\.0 s/);
  });
});

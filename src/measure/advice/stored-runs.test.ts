/** Why and advice of the stored runs: they follow from the limit that broke. */
import { expect } from 'chai';
import { type Said, storedSaid } from '../../cli/stored-said.ts';
import { failedBeside } from './outage-limits.ts';

let all: ReadonlyMap<string, Said> = new Map();
const said = (name: string): Said => all.get(name)!;

describe('why, and what to change, of stored runs', () => {
  before(async function () {
    this.timeout(60_000);
    all = await storedSaid();
  });

  it('gives a reason and advice for every run that failed', () => {
    for (const [name, { verdict, why, change }] of all) {
      if (verdict.outcome !== 'fail') continue;
      expect(change, name).not.to.match(/^$|^Nothing: writes were never down\.?$/);
      // Nothing was broken in a run that only watches.
      if (name !== 'steady-failed') expect(why, name).not.to.equal('');
    }
  });

  it('speaks of no timeout where no limit on the outage broke', () => {
    const names = [...all].flatMap(([name, { verdict }]) => (failedBeside(verdict.checks) ? [name] : []));
    expect(names).to.include.members(['node-isolated-failed', 'primary-freeze-failed', 'point-in-time-restore-failed']);
    for (const name of names) {
      const { change, why } = said(name);
      // A primary that was replaced stops when these have passed.
      if (name !== 'primary-isolated-open-session-failed')
        expect(change, name).not.to.match(/\bttl\b|server_login_retry|imposed by/);
      expect(why, name).not.to.match(/^(All of it|[\d.]+ s )/);
    }
  });

  it('takes what the drill left behind for a matter of pgdrill', () => {
    for (const name of [
      'node-isolated-failed',
      'primary-freeze-failed',
      'primary-restart-failed',
      'replica-crash-failed',
    ]) {
      expect(said(name).why, name).to.match(
        /^1 leftover of pgdrill was found when the run ended: \w+ has the firewall rule .* not about PostgreSQL/,
      );
      expect(said(name).change, name).to.match(/^Run pgdrill heal/);
    }
  });

  it('gives no part of an outage whose length is unknown', () => {
    for (const [name, { verdict, why, change }] of all) {
      if (verdict.measured.find(({ metric }) => metric === 'writeOutageMs')?.value !== null) continue;
      expect(why, name).not.to.contain(' passed ');
      expect(change, name).not.to.contain('of the outage is imposed');
    }
  });

  it('names the cause of a restore that failed, and what helps against that', () => {
    expect(said('archive-after-failover-failed').why).to.match(/^The restore failed: the disk is full\./);
    expect(said('archive-after-failover-failed').change).to.contain('a larger disk');
    expect(said('scheduled-backup-failed').change).to.match(/^Do not use this backup/);
    expect(said('point-in-time-restore-failed').change).to.match(
      /^List the store\. Where it holds 000000030000000000000004 and 00000003\.history/,
    );
    expect(said('retry-on-failure-failed').change).not.to.contain('PAUSE');
    expect(said('object-store-down-failed').change).to.contain('archive_mode = always');
  });

  it('suspects first what this run had set itself', () => {
    const set = { 'control-plane-lost-failed': 'failsafe_mode=off', 'disk-full-failed': 'primary_start_timeout=60' };
    for (const [name, words] of Object.entries(set))
      expect(said(name).change, name)
        .to.match(new RegExp(`^Undo --with ${words}: this run set it, and most of the outage is imposed by`))
        .and.not.contain('Nothing in these settings');
    expect(said('disaster-failed').change).to.match(/^Undo --with archive_timeout=300 first/);
    expect(said('primary-isolated-open-session-failed').change).to.match(
      /^Undo --with retry_timeout=16 and --with ttl=38 first/,
    );
    for (const [name, { change }] of all) expect(change, name).not.to.match(/Undo .* first.*Undo/);
  });

  it('says whose setting ended the primary where etcd was out of its reach, and where its disk was full', () => {
    for (const name of ['control-plane-lost-failed', 'operator-primary-cut-failed'])
      expect(said(name).why, name)
        .to.contain('steps down unless failsafe_mode')
        .and.to.contain('failsafe_mode = false');
    expect(said('disk-full-failed').why).to.contain('tries to start it again for primary_start_timeout = 60 s');
  });

  it('proposes limits that the run could have met, where it met none of the two', () => {
    expect(said('host-paused-failed').change)
      .to.match(/^No setting meets the limit of 15 s \(write outage\) with a fault of 40\.0 s: .* took 23\.9 s\./)
      .and.to.contain(
        'raise the limit writeOutageMs above 40.1 s; to fail over, allow a promotion and raise it above 24.1 s',
      );
    for (const [name, { change }] of all) expect(change, name).not.to.contain('Decide which of the two');
  });

  it('moves a primary away whose own link is slow, and names the timeout that makes it step down', () => {
    expect(said('slow-primary-link-failed').change)
      .to.contain('move the primary to another host (a switchover)')
      .and.to.contain('set retry_timeout above')
      .and.not.contain('quorum');
  });

  it('lets commits wait for another standby where one of several is ill, before durability is given up', () => {
    expect(said('lossy-network-failed').change).to.contain('synchronous_mode: quorum').and.not.contain('strict');
  });

  it('deletes a frozen primary without grace', () => {
    expect(said('k3s-primary-freeze').change)
      .to.contain('kubectl delete pod postgres-1 --now')
      .and.to.contain('stop_delay = 1800 s');
  });

  it('says that the poolers were resumed too soon, and which fault of the scenario was missing', () => {
    expect(said('k3s-paused-switchover').why).to.contain(
      'It resumed them too soon: PostgreSQL itself took no writes for another 6.1 s',
    );
    expect(said('k3s-paused-switchover').change).to.contain(
      'Resume the poolers only when the new primary takes writes',
    );
    expect(said('paused-switchover-failed').change).to.match(/^Find out first why pooler-pause never took effect/);
  });

  it('explains the outage that broke a limit, and says which one where that is another', () => {
    expect(said('lossy-network-failed').why).to.contain(
      'The limit that broke is on the direct path, which was down for 19.0 s',
    );
    expect(said('lossy-network-passed').why).to.match(/^Of the outage of 2\.0 s that followed the fault: /);
    expect(said('steady-failed').why).to.match(
      /^The drill broke nothing\. From 29\.5 s into the run, pooler1 did not serve for 3\.1 s and pooler1-fresh for /,
    );
    expect(said('quorum-refuses-failed').why)
      .to.contain('expects writes to wait for at least 28.0 s')
      .and.not.contain('which broke no limit');
  });

  it('mentions outages from before the fault, and a server that went down again behind a pooler', () => {
    expect(said('replica-crash-failed').why).to.contain('Before the fault writes had already been down for 2.5 s');
    expect(said('failover-storm-failed').verdict.sentence).to.contain(
      'PostgreSQL itself was down 5 times meanwhile, 17.6 s together, PgBouncer added 92.7 s',
    );
  });

  it('blames PgBouncer only for the time in which the server took writes', () => {
    for (const [name, { verdict }] of all) {
      const { cause, measured } = verdict;
      const added = measured.find(({ metric }) => metric === 'poolerPenaltyMs')?.value;
      const once = verdict.episodes.filter(({ stream }) => stream === 'direct').length === 1;
      if (cause?.phase === 'reconnect' && !cause.held && once && added)
        expect(cause.ms, name).to.be.at.most(added + 100);
    }
  });

  it('names all faults of a run, and how often each came', () => {
    expect(said('rolling-update-failed').verdict.fault).not.to.contain('more fault');
    expect(said('failover-storm-failed').verdict.fault).to.contain('away from the primary pg1 was requested (twice)');
  });

  it('is not NaN, undefined or null anywhere', () => {
    for (const [name, { why, change, verdict }] of all)
      expect(`${why} ${change} ${verdict.sentence}`, name).not.to.match(/\bNaN\b|undefined|\bnull\b/);
  });

  it('blames the drill’s own probes for connections that they used up', () => {
    expect(said('wal-disk-stalls-failed').why).to.match(
      /\d+ of the \d+ sessions opened until then were the drill’s own probes, .* Log-ins were refused for [\d.]+ s of the outage, which is the drill’s doing; that lengthened it by at most 1\.1 s/,
    );
    expect(said('slow-standby-link-failed').why)
      .to.contain('because the drill’s own probes had used most of its connections up')
      .and.to.match(/which is the drill’s doing \(the last 12\.7 s of the fault and 3\.5 s after it\)/);
    expect(said('alerts-failed').why).to.match(
      /refused for [\d.]+ s of the outage, which is the drill’s doing; how much/,
    );
    expect(said('wal-disk-stalls-failed').verdict.sentence).to.contain(
      'PostgreSQL refused 366 log-ins (the drill’s own probes had used most of its connections up)',
    );
    // Here clients opened most of them.
    expect(said('lossy-primary-failed').verdict.sentence).to.match(/refused 269 log-ins;/);
  });
});

/** Sentences and advice on stored incidents that were once misleading, each by the words that corrected it. */
import { expect } from 'chai';
import { readRunFile } from '../journal/read.ts';
import { renderHtml } from '../report/html/index.ts';
import { firstChange } from '../report/proposal-words.ts';
import { timers } from '../stacks/lab/timers.ts';
import { changesFor } from './advice/proposals.ts';
import { judge } from './judge.ts';

const stored = (name: string) => readRunFile(`fixtures/journals/${name}/run.ndjson.gz`);
const sentenceOf = async (name: string) => judge(await stored(name)).sentence;
async function changeOf(name: string): Promise<string> {
  const run = await stored(name);
  const verdict = judge(run);
  return firstChange(changesFor(run, verdict, timers), verdict);
}

describe('the sentence of an incident', () => {
  it('does not call writes of clients down that went to another pooler, nor blames a pooler that was cut off', async () => {
    const run = await stored('pooler-cut-off-failed');
    const { sentence, measured } = judge(run);
    expect(sentence)
      .to.contain('writes through pooler2 were down 25.9 s')
      .and.to.contain('pooler1 served on, and 95 % of the clients, which know both, waited at most 13.0 s')
      .and.not.contain('PgBouncer added');
    expect(measured.find(({ metric }) => metric === 'holdMs')!.value).to.equal(0);
    expect(renderHtml(run, judge(run))).not.to.contain('NaN');
  });

  it('counts no outage that was over before the fault, and says that reads were down', async () => {
    expect(await sentenceOf('lossy-primary-failed'))
      .to.contain('reads were down 25.6 s')
      .and.to.contain('PostgreSQL refused 269 log-ins')
      .and.not.contain('the longest of');
  });

  it('takes what PgBouncer added from the outage that it speaks of', async () => {
    expect(await sentenceOf('host-paused-failed')).to.contain('PgBouncer added 0.80 s');
  });

  it('names an outage that followed, with what was seen before it, and does not guess its cause', async () => {
    expect(judge(await stored('host-paused-failed')).cause!.sentence).to.match(
      /Writes went down once more, for 2\.9 s, 3\.\d s after the fault had ended\. pg3, the old primary, had answered as a primary \d\.\d+ s before: .* Why writes were down then, no record shows: meanwhile pg2 took 20 new connections/,
    );
  });

  it('says that single writes of clients got through a pooler, and counts nobody’s that went past it', async () => {
    expect(await sentenceOf('slow-standby-link-failed')).to.contain(
      'though single writes of clients got through late: a write that takes longer than a second counts as down (at most 12.0 s without one)',
    );
    // Open sessions wrote to the old primary, past the poolers; those writes were lost.
    expect(await sentenceOf('primary-isolated-open-session-failed')).not.to.contain('got through');
  });

  it('says whose writes never recovered where another pooler served on', async () => {
    expect(await sentenceOf('pooler-loss-failed')).to.contain(
      'writes of half of the clients, those of pooler1, never recovered on their own; pooler2 served on; the drill ended its fault after 15.6 s',
    );
    expect(await sentenceOf('pooler-loss-passed')).to.contain(
      'writes through pooler1 never recovered on their own; pooler2 served on, and 95 % of the clients, which know both, waited at most 1.8 s',
    );
    expect(judge(await stored('pooler-loss-failed')).cause!.sentence).to.match(
      /^Writes through pooler1 did not recover/,
    );
  });

  it('says that reads were stale', async () => {
    expect(await sentenceOf('zone-cut-failed')).to.contain(
      'missed writes acknowledged up to 56.9 s earlier (no limit)',
    );
  });
});

describe('the advice on an incident', () => {
  it('is first to undo what this run changed, and says whether the limit is then met', async () => {
    for (const name of ['mute-primary-failed', 'zone-cut-failed'])
      expect(await changeOf(name), name)
        .to.match(/^Undo --with ttl=60: set ttl from 60 s to 20 s: saves /)
        .and.to.contain('within the limit of 40 s');
    expect(await changeOf('memory-runs-out-failed')).to.match(
      /^Undo --with server_login_retry=15: .* would be left, within the limit of 8 s/,
    );
  });

  it('says that no setting meets a limit with a fault of this length', async () => {
    expect(await changeOf('cpu-starved-failed'))
      .to.match(
        /^Alert on throttling .* No setting meets the limit of 5 s \(.*\) with a fault of 20\.3 s: without a failover/,
      )
      .and.to.contain('Alert on throttling');
    expect(await changeOf('wal-disk-stalls-failed')).to.match(
      /^Alert on commits that wait .* an HA manager asks .* No setting meets the limit of 15 s .* a fault of 30\.0 s/,
    );
  });

  it('does not give durability up where no broken limit would be met by that', async () => {
    for (const name of ['lossy-primary-failed', 'memory-runs-out-passed'])
      expect(await changeOf(name), name).not.to.contain('synchronous_mode_strict');
  });

  it('names what helps where no setting does', async () => {
    expect(await changeOf('slow-standby-link-failed')).to.contain('What helps is a second standby');
    expect(await changeOf('pooler-cut-off-failed')).to.contain('a shorter connect and statement timeout (here 5 s)');
  });
});

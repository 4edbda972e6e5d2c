import { expect } from 'chai';
import { connected, type PoolerStory, poolerStory } from '../../journal/pooler-story.ts';
import { readRunFile } from '../../journal/read.ts';
import { trialOf } from './responses.ts';
import { silences } from './spells.ts';

const real = (name: string) => readRunFile(`fixtures/journals/${name}/run.ndjson.gz`);

describe('the silences of a pooler', () => {
  it('show server_login_retry = 15 s as what the pooler waited for when the server returned', async () => {
    const opened: [number, number][] = [
      [25, 1],
      [40, 4],
    ];
    const [found] = silences(await poolerStory({ poolerBack: 40.05, opened }).run());
    expect(found!.atReturnMs).to.be.closeTo(15_000, 1);
  });

  it('show what the pooler waited for also where it was back before the direct stream', async () => {
    const opened: [number, number][] = [
      [25, 1],
      [40, 4],
    ];
    const [found] = silences(await poolerStory({ directBack: 40.3, poolerBack: 40.05, opened }).run());
    expect(found!.atReturnMs).to.be.closeTo(15_000, 1);
  });

  it('leave out the attempts for the pool in which the pooler looks passwords up', async () => {
    const opened: [number, number][] = [
      [25, 1],
      [40, 4],
    ];
    const more: PoolerStory['more'] = (journal) => journal.line('poollog', 33, connected(33, 1, 'postgres/pgbouncer'));
    const [found] = silences(await poolerStory({ poolerBack: 40.05, opened, more }).run());
    expect(found!.atReturnMs).to.be.closeTo(15_000, 1);
  });

  it('show server_login_retry = 1 s and a login that hung for server_connect_timeout = 5 s in a real crash', async () => {
    for (const { atReturnMs, longestMs, hangMs } of silences(await real('primary-crash-failed'))) {
      expect(atReturnMs).to.be.closeTo(1_000, 50);
      expect(hangMs).to.be.closeTo(5_100, 150);
      expect(longestMs).to.equal(hangMs);
    }
  });

  it('end with the pooler’s own return to the server, however long its clients wait for a commit', async () => {
    const opened: [number, number][] = [
      [26, 1],
      [28, 4],
    ];
    const [found] = silences(await poolerStory({ directBack: 43, poolerBack: 43, loggedIn: 28.1, opened }).run());
    expect(found!.longestMs).to.be.closeTo(6_000, 1);
    expect(found!.atReturnMs).to.be.closeTo(2_000, 1);
  });

  it('are none where nothing was down', async () => {
    expect(silences(await real('steady-passed'))).to.deep.equal([]);
  });

  it('are shown with the phases and what the poolers added, the mean of the poolers, as the trial of a timer', async () => {
    const trial = trialOf(await real('planned-switchover-failed'), 'server_login_retry');
    expect(trial.penalties).to.have.length(2);
    expect(trial.seen.penalty).to.be.closeTo(21_500, 100);
    expect(trial.seen.hang).to.be.closeTo(5_250, 10);
    expect(trial.moved).to.equal('server_login_retry');
  });
});

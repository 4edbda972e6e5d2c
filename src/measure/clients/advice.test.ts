import { expect } from 'chai';
import { readRunFile } from '../../journal/read.ts';
import { crash } from '../../journal/stories.ts';
import { whyText } from '../advice/why.ts';
import { judge } from '../judge.ts';
import { adviceFor } from './advice.ts';
import { programResults } from './programs.ts';
import { remedies } from './remedies.ts';
import { programStory } from './test-program.ts';

const isDown = (at: number): boolean => at >= crash.at && at < crash.routed;
/** A pool whose address led to the former primary when it reconnected: as a standby it refuses every write. */
const pinned = (_worker: number, at: number): string => {
  if (isDown(at)) return 'unknown: ECONNREFUSED';
  return at < crash.at ? 'ok' : 'failed: 25006 cannot execute INSERT in a read-only transaction';
};
const adviceOf = async (use: string, outcome = pinned) => {
  const run = await programStory({ use, outcome });
  return adviceFor(run, programResults(run)[0]!);
};
const trialsOf = async (use: string, outcome = pinned): Promise<string[]> =>
  (await adviceOf(use, outcome)).flatMap(({ ways }) => ways.map(({ trial }) => trial));

describe('the advice for clients that never came back', () => {
  it('shuts standbys out, or limits how long a connection lives, where the address can lead to another server', async () => {
    const [advice, ...others] = await adviceOf('sqlalchemy:path=late,pre_ping=1');
    expect(others).to.deep.equal([]);
    expect(advice).to.deep.include({ stuck: 'pinned', clients: 4 });
    expect(advice!.error).to.match(/^25006/);
    expect(advice!.ways.map(({ trial }) => trial)).to.deep.equal([
      'sqlalchemy:path=late,pre_ping=1,target_session_attrs=read-write',
      'sqlalchemy:path=late,pre_ping=1,retire_on=25006',
      'sqlalchemy:path=late,pre_ping=1,pool_recycle_s=30',
    ]);
    expect(advice!.ways[0]!.snippet).to.equal(
      'create_engine("postgresql+psycopg://user@host/app?target_session_attrs=read-write")',
    );
    expect(advice!.ways[2]!.snippet).to.equal('create_engine(url, pool_recycle=30)');
  });

  it('names a list of all instances, and the address that follows, to a client with the address of one', async () => {
    expect(await trialsOf('psycopg-pool:path=fixed')).to.deep.equal([
      'psycopg-pool:path=hosts,target_session_attrs=read-write',
      'psycopg-pool:path=direct',
    ]);
    expect(await trialsOf('pg-pool:path=hosts')).to.deep.equal(['pg-pool:path=direct']);
    expect(await trialsOf('pg-pool:path=late')).to.deep.equal(['pg-pool:path=late,max_lifetime_s=30']);
  });

  it('replaces a setting that the client had', async () => {
    expect(await trialsOf('hikari:path=late,max_lifetime_ms=1800000,targetServerType=any')).to.deep.equal([
      'hikari:path=late,max_lifetime_ms=1800000,targetServerType=primary',
      'hikari:path=late,targetServerType=any,max_lifetime_ms=30000',
    ]);
  });

  it('knows none for a program of somebody’s own', async () => {
    expect((await adviceOf('./mine:path=late'))[0]).to.deep.include({ stuck: 'pinned', ways: [] });
  });

  it('limits log-ins where the pool waits for one that nobody answers', async () => {
    const waits = (_worker: number, at: number): string =>
      at < crash.at ? 'ok' : 'failed: couldn’t get a connection after 30.00 sec';
    const [first] = await trialsOf('psycopg-pool:path=direct', waits);
    expect(first).to.match(/^psycopg-pool:path=direct,.*connect_timeout=5$/);
  });

  it('stands in the verdict, with what does not help', async () => {
    const verdict = judge(await programStory({ use: 'pg-pool:path=late', outcome: pinned }));
    expect(verdict.outcome).to.equal('fail');
    expect(whyText(verdict)).to.contain(
      '4 clients never came back (of 4 clients: p 4): p stayed connected to a server that takes no writes (last error: 25006 cannot execute INSERT in a read-only transaction).',
    );
    const advice = verdict.reasons?.find(({ metric }) => metric === 'stuckClients')?.advice;
    expect(advice).to.equal(
      'Restart a client that is stuck: it then connects again. So that it does not happen again, for p set new Pool({ maxLifetimeSeconds: 30 }) (to try it: --client pg-pool:path=late,max_lifetime_s=30). A health check that only reads (a pre-ping, SELECT 1) does not help: a standby answers it.',
    );
  });

  it('brought back all clients of a real drill in which none had come back, with the settings that it proposed first', async () => {
    const [failed, passed] = await Promise.all(
      ['failed', 'passed'].map((how) => readRunFile(`fixtures/journals/pinned-pool-${how}/run.ndjson.gz`)),
    );
    const verdict = judge(failed!);
    const stuck = verdict.checks.find(({ metric }) => metric === 'stuckClients')!;
    expect([stuck.outcome, stuck.value]).to.deep.equal(['fail', 8]);
    const proposed = programResults(failed!).map((program) => adviceFor(failed!, program)[0]!.ways[0]!.trial);
    expect(verdict.reasons?.map(({ advice }) => advice).join())
      .to.include(proposed[0])
      .and.to.include(proposed[1]);
    const { clients } = passed!.header.load as { clients: string[] };
    expect(clients.map((use) => use.replace(',workers=4,rate=4', ''))).to.have.members(proposed);
    expect(judge(passed!).outcome).to.equal('pass');
    expect(programResults(passed!).flatMap(({ returns }) => returns.map(({ isStuck }) => isStuck))).to.deep.equal(
      Array(8).fill(false),
    );
  });

  it('is written in each library’s own words, with settings that the scenario’s short form can hold', () => {
    for (const [name, kinds] of Object.entries(remedies))
      for (const { snippet, settings, costs } of Object.values(kinds).flat()) {
        expect(settings, name).to.match(/^\w+=[^,\s]+(,\w+=[^,\s]+)*$/);
        expect([snippet.length, costs.length].every((length) => length > 10)).to.equal(true);
      }
  });
});

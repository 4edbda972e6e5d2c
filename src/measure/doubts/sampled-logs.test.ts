/** Connections that a log lacks: left out by the manager's sampler, or never followed. */
import { expect } from 'chai';
import { connected, type PoolerStory, poolerStory, writers } from '../../journal/pooler-story.ts';
import { readRunFile } from '../../journal/read.ts';
import type { Run } from '../../journal/run.ts';
import { judge } from '../judge.ts';
import { change, spoilt } from './spoil.ts';
import { witnessDoubts } from './witnesses.ts';

const stack = {
  ...{ versions: {}, settings: {}, instances: [], poolers: ['pooler-1'], streams: [], path: 'TCP' },
};
const note = (source: string, second: number, most: number) => ({
  ...{ level: 'warn' as const, text: `the log of ${source} lacks lines in 1 second` },
  logCut: { source, seconds: [{ fromUs: second * 1e6, untilUs: (second + 1) * 1e6, least: 0, most }] },
});

/** Forty clients log in after 45 s, and the log lacks their logins. */
async function doubts(more: PoolerStory['more'] = () => {}, kind: 'k3s' | 'lab' = 'k3s'): Promise<string> {
  const run = await poolerStory({
    more: (journal) => {
      const clients = Array.from({ length: 40 }, (_, i) => i);
      journal.line('stack', 0.01, stack).line('connect', 45, writers(clients, 45));
      more(journal);
    },
  }).run();
  return witnessDoubts({ ...run, header: { ...run.header, stack: kind } }).join('\n');
}
/** So many lines a second, from the 40th on. */
const errors =
  (perSecond: number): PoolerStory['more'] =>
  (journal) => {
    for (let at = 40; at < 52; at++)
      journal.line('poollog', at, { ...connected(at, perSecond), event: 'error', text: 'server_login_retry' });
  };
const notFollowed = /the log of pooler-1 has 0 logins, where clients made 42 connections: it was not followed/;

describe('logins that a pooler’s log lacks', () => {
  it('are a doubt where the log was followed whole', async () => {
    expect(await doubts()).to.match(notFollowed);
  });

  it('are none where so many lines were left out of the log in that second', async () => {
    expect(await doubts((journal) => journal.line('note', 89, note('pooler-1', 45, 99)))).to.equal('');
  });

  it('are a doubt where too few lines were left out, or lines of another log or another time', async () => {
    expect(await doubts((journal) => journal.line('note', 89, note('pooler-1', 45, 3)))).to.match(notFollowed);
    expect(await doubts((journal) => journal.line('note', 89, note('pooler-2', 45, 99)))).to.match(notFollowed);
    expect(await doubts((journal) => journal.line('note', 89, note('pooler-1', 70, 99)))).to.match(
      /has 0 logins about 40.0 s, where clients made 40 connections: it was not followed/,
    );
  });

  it('are none in an older journal whose log stands at 100 lines a second, and a doubt in any other', async () => {
    expect(await doubts(errors(101))).to.equal('');
    expect(await doubts(errors(60))).to.match(notFollowed);
    expect(await doubts(errors(101), 'lab')).to.match(notFollowed);
  });
});

describe('server connections that a pooler’s log lacks', () => {
  const rising = change('pool', (pool) => ({ ...pool, svIdle: Math.floor(pool.tUs / 1e6) }));
  const doubtsWith = async (most: number): Promise<string> => {
    const run = await spoilt((events) => [
      ...rising(events).slice(0, -1),
      ...['pooler-1', 'pooler-2'].map((source) => ({
        kind: 'note',
        tUs: events.at(-1)!.tUs,
        ...note(source, 40, most),
      })),
      events.at(-1)!,
    ]);
    return witnessDoubts(run).join('\n');
  };

  it('are a doubt only where more are missing than lines were left out', async () => {
    expect(await doubtsWith(10)).to.match(/shows 39 new server connections, its log 1: it was not followed/);
    expect(await doubtsWith(99)).to.equal('');
  });
});

describe('a real run on k3s whose poolers’ logs stand at 100 lines a second', () => {
  let run: Run;
  before(async () => {
    run = await readRunFile('fixtures/journals/k3s-primary-crash-sampled-log/run.ndjson.gz');
  });

  it('is in no doubt, and counts from its logs are lower bounds', () => {
    const { doubts, measured } = judge(run);
    expect(doubts).to.deep.equal([]);
    for (const name of ['connectAmplification', 'peakServerConnectsPerSecond', 'rejectedConnections'])
      expect(measured.find(({ metric }) => metric === name)!.upper, name).to.equal(null);
  });

  it('would be in doubt if its log were one that nothing samples', () => {
    expect(witnessDoubts({ ...run, header: { ...run.header, stack: 'lab' } })).to.deep.equal([
      'the log of pooler-1 has 318 logins, where clients made 451 connections: it was not followed',
      'the log of pooler-2 has 351 logins, where clients made 471 connections: it was not followed',
      'the console of pooler-1 shows 8 new server connections, its log 5: it was not followed',
    ]);
  });
});

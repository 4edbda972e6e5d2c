import { expect } from 'chai';
import { connected, type PoolerStory, poolerStory, poolSample } from '../../journal/pooler-story.ts';
import { connectAmplification, hold, peakServerConnects, storm } from './storm.ts';

const run = (story?: PoolerStory) => poolerStory(story).run();
const everySecond = (from: number, to: number): [number, number][] =>
  Array.from({ length: to - from }, (_, i) => [from + i + 0.5, 1]);

describe('a storm of server connections', () => {
  it('is none where the pool is refilled once', async () => {
    const calm = await run();
    expect(storm(calm)).to.include({ value: 0, upper: 0, note: 'no storm: 0.40 × the pool opened' });
    expect(connectAmplification(calm)).to.include({
      value: 0.4,
      note: 'connections opened until calm: pooler-1 4, together 4',
    });
  });

  it('is seen where a pooler opens three times its pool, with how long it lasted', async () => {
    const opened = everySecond(31, 37).flatMap(([at]): [number, number][] => [[at, 5]]);
    const found = storm(await run({ opened }));
    expect(found.value).to.be.within(5_500, 6_500);
    expect(found.note).to.equal('a storm: 3.00 × the pool opened');
  });

  it('is not one where the server only refused a log-in', async () => {
    const more: PoolerStory['more'] = (journal) =>
      journal.line('poollog', 31.2, {
        ...connected(31.2, 1),
        event: 'error',
        text: 'server login failed: FATAL sorry, too many clients already',
      });
    expect(storm(await run({ more })).note).to.equal('no storm: 0.40 × the pool opened');
  });

  it('is none where a pooler knocks once a second through a long outage, as in the run primary-crash-failed', async () => {
    const found = connectAmplification(await run({ directBack: 60, opened: [...everySecond(20, 60), [60, 4]] }));
    expect(found.value).to.be.at.most(0.5);
  });

  it('leaves out the pool in which the pooler looks passwords up', async () => {
    const more: PoolerStory['more'] = (journal) =>
      journal.line('poollog', 31.3, connected(31.3, 40, 'postgres/pgbouncer'));
    expect(storm(await run({ more })).value).to.equal(0);
  });

  it('has no end where the pooler was not calm again', async () => {
    expect(storm(await run({ opened: everySecond(31, 90).map(([at]) => [at, 9]) })).upper).to.equal(null);
  });

  it('is not measurable where the log of the pooler was not followed', async () => {
    const journal = poolerStory();
    const lines = journal.events().filter(({ kind }) => kind !== 'poollog');
    const { Collector } = await import('../../journal/collect.ts');
    const collector = new Collector();
    for (const line of lines) collector.add(line);
    const deaf = collector.finish();
    expect(storm(deaf).note).to.equal('not measurable: the log or the console of pooler-1 was not seen');
    expect(hold(deaf).value).to.equal(null);
  });

  it('counts what was opened in any one second, and knows it to the distance of two looks', async () => {
    const opened: [number, number][] = [
      [31, 6],
      [31.95, 7],
      [33, 1],
    ];
    const found = peakServerConnects(await run({ opened }));
    expect(found).to.include({ value: 13, lower: 7, upper: 13 });
  });
});

describe('a hold', () => {
  it('is seen where the server is back and the pooler opens nothing until 13 s later', async () => {
    const found = hold(await run({ poolerBack: 44, opened: [[43.9, 4]] }));
    expect(found.value).to.be.within(12_800, 13_000);
    expect(found.note).to.equal('a hold: pooler-1 opened nothing for 12.9 s');
  });

  it('is seen where the pooler then takes seconds to make its connections, as on a slow machine', async () => {
    const found = hold(
      await run({ poolerBack: 44, loggedIn: 43.9, opened: everySecond(41, 44).map(([at]) => [at, 4]) }),
    );
    expect(found.value).to.be.within(10_400, 10_500);
  });

  it('is none where the pooler keeps trying all the while', async () => {
    expect(hold(await run({ poolerBack: 44, opened: everySecond(31, 44) }))).to.include({ value: 0, note: 'no hold' });
  });

  it('is none where the pooler is back with the server', async () => {
    expect(hold(await run()).value).to.equal(0);
  });

  it('is none where the pooler has its connections, and clients wait for too long behind each other', async () => {
    expect(hold(await run({ poolerBack: 44, loggedIn: 31.2, opened: [[31, 4]] })).note).to.equal('no hold');
  });

  it('is one also where it still has connections, those to the server that is gone', async () => {
    const hanging: PoolerStory['more'] = (journal) => {
      for (let at = 20.05; at < 43.9; at += 0.1)
        journal.line('pool', at, { ...poolSample(0, 0), database: 'b', svIdle: 3 });
    };
    expect(hold(await run({ poolerBack: 44, opened: [[43.9, 4]], more: hanging })).value).to.be.within(12_800, 13_000);
  });

  it('is none of a pooler that the drill itself has broken', async () => {
    const story = poolerStory({ poolerBack: 44, opened: [[43.9, 4]] });
    story.fault('pooler-crash', { at: 20.1, heal: 80, target: 'pooler-1' });
    expect(hold(await story.run()).note).to.equal('not measurable: every pooler was broken by the drill itself');
  });

  it('has no upper end where the fault was healed before the pooler was back', async () => {
    expect(hold(await run({ poolerBack: 85, opened: [[84.9, 4]] })).upper).to.equal(null);
  });
});

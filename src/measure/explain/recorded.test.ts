import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { renderExplanation } from '../../report/explain.ts';
import { explainFigure, explainRunsFigure } from '../../report/explain-figure.ts';
import { explain, type TimerPlan } from './explain.ts';
import type { Trial } from './responses.ts';

interface Recorded {
  readonly title: string;
  readonly timers: readonly TimerPlan[];
  readonly trials: readonly Trial[];
}
const recorded = (name: string) => JSON.parse(readFileSync(`fixtures/explain/${name}.json`, 'utf8')) as Recorded;

function isWhatTheExampleTells(name: string): void {
  it('is what the example says', () => {
    const { title, timers, trials } = recorded(name);
    const found = explain(trials, timers);
    const example = (file: string) => readFileSync(`reports/examples/explain-${name}/${file}`, 'utf8');
    expect(example('explanation.md')).to.equal(renderExplanation(title, found));
    expect(example('figure.svg')).to.equal(explainFigure(title, found));
    expect(example('runs.svg')).to.equal(explainRunsFigure(timers, trials));
  });
}

describe('explain, on runs of the real lab', () => {
  const { timers, trials } = recorded('primary-crash-lab');
  const found = explain(trials, timers);
  const of = (name: string) => found.rows.find((row) => row.name === name)!;

  it('names, of six timers at their programs’ own defaults, the lease and server_login_retry, each by its own mark', () => {
    const costly = found.rows.filter(({ effect, cost }) => effect === 'costs' && cost.value > 0);
    expect(costly.map(({ name }) => name)).to.deep.equal(['ttl', 'server_login_retry']);
    expect(of('ttl').moves.map(({ response }) => response)).to.deep.equal(['detect']);
    const silence = of('server_login_retry').moves.find(({ response }) => response === 'silence at the return')!;
    expect(silence.shiftMs, 'from 15 s to 2 s').to.be.closeTo(-13_000, 150);
  });

  it('gives a cost whose interval excludes nothing', () => {
    for (const name of ['ttl', 'server_login_retry']) expect(of(name).cost.lower, name).to.be.above(0);
    expect(of('ttl').cost.lower!).to.be.below(10_000);
    expect(of('ttl').cost.upper!, 'ttl from 30 to 20 s').to.be.above(10_000);
  });

  it('sees that clients who back off for longer are back later, although by chance far or less far', () => {
    expect(of('client_backoff').moves.map(({ response }) => response)).to.deep.equal(['clients']);
  });

  it('acquits the others', () => {
    for (const name of ['server_connect_timeout', 'dns_max_ttl', 'query_wait_timeout'])
      expect(of(name).effect, name).to.equal('nothing');
  });

  it('ends with "no timer matters" where only those were looked at', () => {
    const idle = ['server_connect_timeout', 'dns_max_ttl', 'query_wait_timeout'];
    const some = trials.filter(({ moved }) => moved === undefined || idle.includes(moved));
    const { sentence, tooFew } = explain(
      some,
      timers.filter(({ name }) => idle.includes(name)),
    );
    expect(tooFew).to.equal(undefined);
    expect(sentence).to.equal('No timer matters: nothing that was measured moved with any of them.');
  });

  it('finds server_login_retry beside any one other', () => {
    for (const { name: other } of timers.filter(({ name }) => name !== 'server_login_retry')) {
      const pair = ['server_login_retry', other];
      const some = trials.filter(({ moved }) => moved === undefined || pair.includes(moved));
      const { rows } = explain(
        some,
        timers.filter(({ name }) => pair.includes(name)),
      );
      expect(rows.find(({ name }) => name === 'server_login_retry')!.effect, other).to.equal('costs');
    }
  });

  isWhatTheExampleTells('primary-crash-lab');
});

describe('explain, on the real lab with server_connect_timeout = 7 and server_login_retry = 1 planted', () => {
  const { timers, trials } = recorded('planted-connect-timeout-lab');
  const found = explain(trials, timers);
  const of = (name: string) => found.rows.find((row) => row.name === name)!;

  it('sees the login that hangs for 7 s, and that it is over when the server comes back', () => {
    const { effect, moves } = of('server_connect_timeout');
    expect(effect).to.equal('hidden');
    expect(moves.find(({ response }) => response === 'hang')!.shiftMs, 'from 7 s to 23 s').to.be.closeTo(16_000, 800);
  });

  it('knows server_login_retry as what the pooler waits for, with the recommended value already', () => {
    expect(of('server_login_retry')).to.deep.include({ effect: 'costs', cost: { value: 0, lower: 0, upper: 0 } });
    expect(found.sentence).to.equal('No timer matters as it is set. Longer, these would: server_login_retry.');
  });

  it('acquits dns_max_ttl', () => {
    expect(of('dns_max_ttl').effect).to.equal('nothing');
  });

  isWhatTheExampleTells('planted-connect-timeout-lab');
});

describe('explain, on runs of the real CloudNativePG', () => {
  const { timers, trials } = recorded('primary-delete-now-k3s');
  const found = explain(trials, timers);
  const of = (name: string) => found.rows.find((row) => row.name === name)!;

  it('names server_login_retry, and that alone, from the programs’ own defaults', () => {
    expect(found.sentence).to.match(/^server_login_retry = 15 s costs 7\.9 s/);
    const { effect, cost, moves } = of('server_login_retry');
    expect(effect).to.equal('costs');
    expect(cost.lower).to.be.above(1_000);
    const silence = moves.find(({ response }) => response === 'longest silence')!;
    expect(silence.shiftMs, 'from 15 s to 2 s').to.be.within(-13_500, -12_000);
  });

  it('sees what the lease bounds, and that it has the recommended value', () => {
    const { moves, cost } = of('lease_duration');
    expect(moves.map(({ response }) => response)).to.deep.equal(['promote']);
    expect(moves[0]!.shiftMs, 'from 15 s to 41 s').to.be.within(24_000, 31_000);
    expect(cost.value).to.equal(0);
  });

  it('acquits server_connect_timeout', () => {
    expect(of('server_connect_timeout').effect).to.equal('nothing');
  });

  isWhatTheExampleTells('primary-delete-now-k3s');
});

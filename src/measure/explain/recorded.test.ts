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

describe('explain, on runs of the real lab', () => {
  const { title, timers, trials } = recorded('primary-crash-lab');
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

  it('is what the example tells', () => {
    const example = (file: string) => readFileSync(`reports/examples/explain-primary-crash-lab/${file}`, 'utf8');
    expect(example('explanation.md')).to.equal(renderExplanation(title, found));
    expect(example('figure.svg')).to.equal(explainFigure(title, found));
    expect(example('runs.svg')).to.equal(explainRunsFigure(timers, trials));
  });
});

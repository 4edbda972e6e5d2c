import { expect } from 'chai';
import { checkAll } from '../check.ts';
import { cluster } from '../example.ts';
import { failoverDelayed } from './failover-delayed.ts';
import { placesOf } from './try-rule.ts';

describe('failover-delayed', () => {
  it('finds a delay', () => {
    expect(
      placesOf(
        failoverDelayed,
        cluster(`instances: 3
failoverDelay: 5`),
      ),
    ).to.eql(['failoverDelay: 5']);
  });

  it('raises nothing on zero, the default', () => {
    for (const text of [
      cluster(`instances: 3
failoverDelay: 0`),
      cluster(`instances: 3`),
    ])
      expect(placesOf(failoverDelayed, text), text).to.eql([]);
  });

  it('is a choice where most Clusters have the same delay', () => {
    const files = (...delays: (number | undefined)[]) =>
      delays.map((delay, nth) => ({
        file: `${nth}.yaml`,
        text: cluster(`instances: 3${delay === undefined ? '' : `\nfailoverDelay: ${delay}`}`).replace(
          'name: pg',
          `name: pg${nth}`,
        ),
      }));
    const run = (...delays: (number | undefined)[]) =>
      checkAll(files(...delays), { nowMs: 0, rules: [failoverDelayed] });
    expect(run(30, 30, 30, undefined).findings).to.eql([]);
    expect(run(30, 30, 30, undefined).notes.map(({ text }) => text)).to.eql([
      'Cluster pg0 and 2 more: failover-delayed not reported, as it is the same at so many of them (--rule failover-delayed reports it)',
    ]);
    expect(run(30, 30, 30, 600).findings.map(({ file }) => file)).to.eql(['3.yaml']);
    expect(run(30, 30).findings).to.have.length(2);
    expect(run(30, 30, 30, undefined, undefined, undefined).findings.map(({ file }) => file)).to.eql(['0.yaml']);
  });
});

import { expect } from 'chai';
import { randomFrom } from '../../random.ts';
import type { ResponseName, Trial } from './responses.ts';
import { movers, smallestChance } from './screen.ts';

const timers = ['server_login_retry', 'server_connect_timeout', 'dns_max_ttl', 'ttl', 'haproxy_inter', 'loop_wait'];
const rounds = 3;

/** Runs of all timers with noise; `effect` says what a moved timer changes. */
function runs(effect: (moved: string | undefined) => Partial<Record<ResponseName, number>>, seed = 1): Trial[] {
  const random = randomFrom(seed);
  return Array.from({ length: rounds }, () => [undefined, ...timers])
    .flat()
    .map((moved) => {
      const penalty = 15_000 * random();
      const noise = { detect: 20_000 + 10_000 * random(), penalty, 'silence at the return': 15_000 + 20 * random() };
      return { moved, seen: { ...noise, ...effect(moved) }, outageMs: 40_000, penalties: [penalty] };
    });
}
const found = (trials: Trial[]): string[] => movers(trials).map(({ timer, response }) => `${timer}: ${response}`);

describe('which timer moves what', () => {
  it('is found for the one whose value is the silence of the pooler', () => {
    const trials = runs((moved) => (moved === 'server_login_retry' ? { 'silence at the return': 2_010 } : {}));
    expect(found(trials)).to.deep.equal(['server_login_retry: silence at the return']);
  });

  it('is found for two at once, each by its own mark', () => {
    const trials = runs((moved) => {
      if (moved === 'server_login_retry') return { 'silence at the return': 2_010 };
      return moved === 'ttl' ? { detect: 90_000 } : {};
    });
    expect(found(trials)).to.have.members(['server_login_retry: silence at the return', 'ttl: detect']);
  });

  it('is none where nothing moved with any', () => {
    expect(found(runs(() => ({})))).to.deep.equal([]);
  });

  it('is a false alarm in no more than one in twenty cases, however many pairs are looked at', () => {
    const alarms = Array.from({ length: 30 }, (_, seed) => movers(runs(() => ({}), seed + 2)).length > 0);
    expect(alarms.filter(Boolean).length).to.be.at.most(4);
  }).timeout(300_000);

  it('could not be decided with one run each', () => {
    const one = runs(() => ({})).slice(0, timers.length + 1);
    expect(smallestChance(one)).to.be.above(0.05);
    expect(smallestChance(runs(() => ({})))).to.be.below(0.05);
  });
});

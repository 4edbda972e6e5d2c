import { expect } from 'chai';
import { randomFrom } from '../../random.ts';
import { renderExplanation } from '../../report/explain.ts';
import { explain, type TimerPlan } from './explain.ts';
import type { Trial } from './responses.ts';

const timer = (name: string, base: number, trial: number, recommended: number, program = 'pgbouncer'): TimerPlan => ({
  ...{ name, program, unit: 's', base, trial, recommended, line: `${name} = {}`, risk: `the risk of ${name}` },
});
const retry = timer('server_login_retry', 15, 2, 1);
const timeout = timer('server_connect_timeout', 15, 3, 5);
const names = timer('dns_max_ttl', 15, 4, 5);
const ttl = timer('ttl', 30, 41, 20, 'patroni');

/** A pooler that holds for `retry` after a failed login: how much of it is left when the server returns is chance. */
function drills(
  timers: readonly TimerPlan[],
  truth: (moved: string | undefined) => { holdS: number; hangS?: number; detectS?: number },
): Trial[] {
  const random = randomFrom(5);
  return Array.from({ length: 3 }, () => [undefined, ...timers.map(({ name }) => name)])
    .flat()
    .map((moved) => {
      const { holdS, hangS = 0, detectS = 25 } = truth(moved);
      const penalties = [holdS * 1000 * random(), holdS * 1000 * random()];
      const penalty = (penalties[0]! + penalties[1]!) / 2;
      const detect = detectS * 1000 + 4_000 * random();
      const silence = holdS * 1000 + 15 * random();
      const seen = {
        detect,
        penalty,
        'silence at the return': silence,
        'longest silence': Math.max(silence, hangS * 1000),
        hang: hangS * 1000,
      };
      return { moved, seen, outageMs: detect + Math.max(...penalties), penalties };
    });
}

describe('what timers cost', () => {
  it('names server_login_retry, with its cost, its change and its risk', () => {
    const timers = [retry, timeout, names, ttl];
    const found = explain(
      drills(timers, (moved) => ({ holdS: moved === retry.name ? 2 : 15 })),
      timers,
    );
    const [first] = found.rows;
    expect(first).to.include({ name: 'server_login_retry', effect: 'costs' });
    // The last of two poolers: the larger of two moments of 15 s that are chance, against one of 2 s.
    expect(first!.cost.value).to.be.within(6_000, 14_000);
    expect(first!.cost.lower).to.be.above(0);
    expect(found.rows.slice(1).map(({ effect }) => effect)).to.deep.equal(['nothing', 'nothing', 'nothing']);
    const text = renderExplanation('primary-crash on lab', found);
    expect(text).to.match(/\| 1 \| pgbouncer\.server_login_retry \| 15 s → 2 s \| silence at the return −13\.0 s/);
    expect(text).to.include('-server_login_retry = 15\n+server_login_retry = 1');
    expect(text).to.include('the risk of server_login_retry');
  });

  it('explains a pooler with server_connect_timeout 7 and server_login_retry 1 as such', () => {
    const [connect, login] = [timer('server_connect_timeout', 7, 23, 5), timer('server_login_retry', 1, 7, 1)];
    const timers = [connect, login, names];
    const truth = (moved: string | undefined) => ({
      holdS: moved === login.name ? 7 : 1,
      hangS: moved === connect.name ? 23 : 7,
    });
    const { rows } = explain(drills(timers, truth), timers);
    const of = (name: string) => rows.find((row) => row.name === name)!;
    expect(of('server_connect_timeout').effect).to.equal('hidden');
    expect(of('server_connect_timeout').moves.map(({ response }) => response)).to.include('hang');
    expect(of('server_login_retry')).to.include({ effect: 'costs' });
    expect(of('server_login_retry').cost.value).to.equal(0);
  });

  it('charges server_connect_timeout where it is what the pooler waits for when the server returns', () => {
    const [connect, login] = [timer('server_connect_timeout', 7, 23, 5), timer('server_login_retry', 1, 7, 1)];
    const timers = [connect, login, names, ttl];
    const found = explain(
      drills(timers, (moved) => ({ holdS: moved === connect.name ? 23 : 7 })),
      timers,
    );
    expect(found.rows[0]).to.include({ name: 'server_connect_timeout', effect: 'costs' });
    expect(found.sentence).to.match(/^server_connect_timeout = 7 s costs [01]\.\d s \(/);
  });

  it('does not charge server_connect_timeout for what it would cost at the value that it was moved to', () => {
    const [connect, login] = [timer('server_connect_timeout', 7, 23, 5), timer('server_login_retry', 1, 37, 1)];
    const timers = [connect, login, names, ttl];
    const holds: Record<string, number> = { server_connect_timeout: 23, server_login_retry: 37 };
    const found = explain(
      drills(timers, (moved = '') => ({ holdS: holds[moved] ?? 1, hangS: moved === login.name ? 0 : 7 })),
      timers,
    );
    expect(found.rows.find(({ name }) => name === connect.name)).to.deep.include({
      effect: 'hidden',
      cost: { value: 0, lower: 0, upper: 0 },
    });
    expect(found.sentence).to.equal('No timer matters as it is set. Longer, these would: server_login_retry.');
  });

  it('charges a timer of the manager with the phase that moves with it', () => {
    const timers = [retry, timeout, names, ttl];
    const truth = (moved: string | undefined) => ({ holdS: 0.1, detectS: moved === ttl.name ? 36 : 25 });
    const [first] = explain(drills(timers, truth), timers).rows;
    expect(first).to.include({ name: 'ttl', effect: 'costs' });
    expect(first!.cost.value).to.be.within(7_000, 13_000);
  });

  it('can end with: no timer matters', () => {
    const timers = [retry, timeout, names, ttl];
    const found = explain(
      drills(timers, () => ({ holdS: 0.1 })),
      timers,
    );
    expect(found.sentence).to.equal('No timer matters: nothing that was measured moved with any of them.');
    expect(renderExplanation('x', found)).not.to.include('diff');
  });

  it('says where the runs are too few to decide anything', () => {
    const timers = [retry, timeout, names, ttl];
    const few = drills(timers, () => ({ holdS: 15 })).slice(0, 5);
    expect(explain(few, timers).tooFew).to.match(/^5 runs cannot decide anything/);
    expect(explain(few, timers).sentence).to.equal('Not decided: the runs are too few.');
  });
});

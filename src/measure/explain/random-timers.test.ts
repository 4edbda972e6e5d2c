/** Timer sets drawn at random, in a model of what timers do to a crash: the named timers must be those of the model. */
import { expect } from 'chai';
import { randomFrom } from '../../random.ts';
import { explain, type TimerPlan } from './explain.ts';
import type { Trial } from './responses.ts';

type Values = Readonly<Record<string, number>>;

/** Name, program, values that a user may have set, values to move it to, recommended; s. */
const known: readonly (readonly [string, string, readonly number[], readonly number[], number])[] = [
  ['server_login_retry', 'pgbouncer', [1, 4, 9, 15, 25], [2, 37], 1],
  ['server_connect_timeout', 'pgbouncer', [2, 5, 11, 15], [3, 23], 5],
  ['dns_max_ttl', 'pgbouncer', [3, 15, 60], [4, 23], 5],
  ['query_wait_timeout', 'pgbouncer', [9, 30, 120], [11, 47], 30],
  ['ttl', 'patroni', [20, 26, 30, 45], [23, 53], 20],
  ['haproxy_rise', 'haproxy', [1, 2, 4], [1, 5], 1],
  ['client_backoff', 'clients', [0.1, 1, 8, 20], [0.3, 17], 1],
];
const everySeconds = 2;
const blackHoleSeconds = 8;

function drawTimers(random: () => number): TimerPlan[] {
  return known.map(([name, program, settable, trials, recommended]) => {
    const base = settable[Math.floor(random() * settable.length)]!;
    const far = (value: number): number => Math.abs(Math.log(value / base));
    const trial = trials.filter((value) => value !== base).sort((a, b) => far(b) - far(a))[0]!;
    return { name, program, unit: 's', base, trial, recommended, line: `${name} = {}`, risk: '' };
  });
}

/** A primary that dies and is a black hole for some seconds, poolers that knock, and clients that back off. */
function crash(values: Values, random: () => number): Omit<Trial, 'moved'> {
  const detect = values.ttl! - 10 * random() + 0.5 * random();
  const route = (values.haproxy_rise! - 1 + random()) * everySeconds;
  const back = detect + 2 + route;
  const poolers = [knocking(values, back, random), knocking(values, back, random)];
  const mean = (of: (one: (typeof poolers)[number]) => number): number =>
    (1000 * (of(poolers[0]!) + of(poolers[1]!))) / 2;
  const penalties = poolers.map(({ late }) => 1000 * late);
  const seen = {
    ...{ detect: 1000 * detect, elect: 300 + 200 * random(), promote: 1200 + 900 * random(), route: 1000 * route },
    ...{ penalty: mean(({ late }) => late), 'silence at the return': mean(({ atReturn }) => atReturn) },
    ...{ 'longest silence': mean(({ longest }) => longest), hang: mean(({ hang }) => hang) },
    clients: meanOf8(() => 400 + 600 * Math.min(values.client_backoff!, back) * random()),
  };
  return { seen, penalties, outageMs: 1000 * back + Math.max(...penalties) };
}

const meanOf8 = (one: () => number): number => Array.from({ length: 8 }, one).reduce((sum, ms) => sum + ms, 0) / 8;

/** Attempts from the fault on: each hangs in the black hole, and the next comes `server_login_retry` after it began. */
function knocking(values: Values, back: number, random: () => number) {
  const [retry, timeout] = [values.server_login_retry!, values.server_connect_timeout!];
  const jitter = () => 0.03 * random();
  let [at, longest, hang] = [retry * random(), 0, 0];
  for (;;) {
    const hangs = at < blackHoleSeconds ? Math.min(timeout, blackHoleSeconds - at) : 0;
    if (hangs === timeout) hang = timeout + jitter();
    const next = at + Math.max(retry, hangs) + jitter();
    longest = Math.max(longest, next - at);
    if (next >= back) return { late: next - back, atReturn: next - at, longest, hang };
    at = next;
  }
}

function explained(seed: number, isDead = false) {
  const random = randomFrom(seed);
  const timers = drawTimers(random);
  const base = Object.fromEntries(timers.map((timer) => [timer.name, timer.base]));
  const trials = Array.from({ length: 3 }, () => [undefined, ...timers.map(({ name }) => name)])
    .flat()
    .map((moved) => {
      const trial = timers.find(({ name }) => name === moved && !isDead)?.trial;
      return { moved, ...crash(trial === undefined ? base : { ...base, [moved!]: trial }, random) };
    });
  return { timers, base, ...explain(trials, timers) };
}

describe('explain, on timer sets drawn at random', () => {
  const sets = Array.from({ length: 12 }, (_, seed) => explained(seed + 1));
  const rowsOf = (name: string) => sets.map(({ rows }) => rows.find((row) => row.name === name)!);

  it('finds server_login_retry, the lease and the clients’ backoff wherever they are', () => {
    for (const name of ['server_login_retry', 'ttl'])
      expect(
        rowsOf(name).map(({ effect }) => effect),
        name,
      ).to.deep.equal(sets.map(() => 'costs'));
    const backoff = rowsOf('client_backoff').filter(({ effect }) => effect === 'costs');
    expect(backoff.length).to.be.at.least(sets.length - 2);
  });

  it('blames no timer that does nothing, but for one in twenty sets', () => {
    const blamed = [...rowsOf('dns_max_ttl'), ...rowsOf('query_wait_timeout')].filter(
      ({ effect }) => effect !== 'nothing',
    );
    expect(blamed.length).to.be.at.most(1);
  });

  it('ranks first what costs most', () => {
    for (const { rows } of sets) {
      const costs = rows.filter(({ effect }) => effect === 'costs').map(({ cost }) => Math.abs(cost.value));
      expect(costs).to.deep.equal(costs.toSorted((a, b) => b - a));
    }
  });

  it('gives intervals of which not many more than one in twenty miss the truth', () => {
    const holds = ({ cost }: (typeof sets)[number]['rows'][number], truth: number) =>
      cost.lower! <= truth + 1 && truth - 1 <= cost.upper!;
    const held = sets.flatMap(({ rows, base }) => {
      const of = (name: string) => rows.find((row) => row.name === name)!;
      // The later of two moments that are chance within the timer: two thirds of it.
      const late = (2 / 3) * 1000 * (base.server_login_retry! - 1);
      return [holds(of('ttl'), 1000 * (base.ttl! - 20)), holds(of('server_login_retry'), late)];
    });
    expect(held.filter((does) => !does).length, `of ${held.length}`).to.be.at.most(3);
  });

  it('says that no timer matters where none did anything', () => {
    const sentences = Array.from({ length: 6 }, (_, seed) => explained(seed + 50, true).sentence);
    const none = sentences.filter((sentence) => sentence.startsWith('No timer matters: nothing'));
    expect(none.length).to.be.at.least(5);
  });
}).timeout(60_000);

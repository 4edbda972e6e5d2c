/** Every planted anomaly is found, and a database that keeps its level shows none. */
import { expect } from 'chai';
import { randomFrom } from '../random.ts';
import { type AnomalyName, anomalyNames, type IsolationLevel, isolationLevels, rulesOut } from './levels.ts';
import { simulate } from './test-database.ts';
import { judged, type Transaction } from './test-history.ts';
import { plant } from './test-planted.ts';

const planted = 1000;
const sound = { transactions: 40, sessions: 5, keys: 4, lostAnswers: 0.05, rollbacks: 0.05 };
/** Other kinds that a planted one is as well, by its definition. */
const implied: Partial<Record<AnomalyName, readonly AnomalyName[]>> = {
  // The reader of an unfinished version also comes before the writer, whose next append it missed.
  G1b: ['G-single'],
};

function mix(random: () => number, parts: readonly (readonly Transaction[])[]): Transaction[] {
  const left = parts.map((part) => [...part]);
  const mixed: Transaction[] = [];
  for (let total = left.reduce((sum, { length }) => sum + length, 0); total > 0; total--) {
    const waiting = left.filter(({ length }) => length > 0);
    mixed.push(waiting[Math.floor(random() * waiting.length)]!.shift()!);
  }
  return mixed;
}

describe('planted isolation anomalies', () => {
  /** The histories in which other kinds, or another number of them, were found than expected. */
  const misjudged = (kind: AnomalyName, levels: readonly IsolationLevel[], histories: number): unknown[] => {
    const wrong: unknown[] = [];
    for (let seed = 0; seed < histories; seed++) {
      const random = randomFrom(seed);
      const level = levels[seed % levels.length]!;
      const history = mix(random, [simulate(random, { ...sound, level }), plant(random, 1000, kind)]);
      const expected = [kind, ...(implied[kind] ?? [])].filter((name) => rulesOut(level, name));
      const { counts } = judged(history, level);
      if (JSON.stringify(counts) !== JSON.stringify(Object.fromEntries(expected.map((name) => [name, 1]))))
        wrong.push({ seed, level, counts });
    }
    return wrong;
  };

  for (const kind of anomalyNames) {
    const strict = isolationLevels.filter((level) => rulesOut(level, kind));
    it(`finds ${kind} in ${planted} of ${planted} histories under ${strict.join(', ')}, and nothing else`, () => {
      expect(misjudged(kind, strict, planted)).to.deep.equal([]);
    });
    const lax = isolationLevels.filter((level) => !rulesOut(level, kind));
    if (lax.length > 0)
      it(`finds nothing where ${kind} is planted under ${lax.join(', ')}`, () => {
        expect(misjudged(kind, lax, 200)).to.deep.equal([]);
      });
  }
});

describe('a database that keeps its isolation level', () => {
  const runs = 300;
  const shown = (level: IsolationLevel, judgedBy: IsolationLevel): number => {
    let anomalies = 0;
    for (let seed = 0; seed < runs; seed++) {
      const history = simulate(randomFrom(seed), { ...sound, transactions: 200, level });
      anomalies += judged(history, judgedBy).anomalies.length;
    }
    return anomalies;
  };
  for (const level of isolationLevels)
    it(`shows no anomaly in ${runs} histories under ${level}`, () => {
      expect(shown(level, level)).to.equal(0);
    });

  it('shows some where more is asked of it than it keeps', () => {
    expect(shown('read committed', 'repeatable read')).to.be.greaterThan(100);
    expect(shown('repeatable read', 'serializable')).to.be.greaterThan(10);
  });
});

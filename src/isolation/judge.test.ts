import { expect } from 'chai';
import { HistoryRecorder } from './history.ts';
import { judgeIsolation } from './judge.ts';
import { anomalyNames, meaningOf } from './levels.ts';
import { historyOf, judged } from './test-history.ts';

const serializable = (lines: readonly string[]) => judged(historyOf(lines), 'serializable');

describe('the verdict on a history', () => {
  it('names a cycle with its dependencies, in a sentence, and what its transactions did', () => {
    const { anomalies, lines, transactions } = serializable([
      'r x [], a y 1',
      'r y [], a x 1',
      'failed: a x 9',
      'unknown: r x',
      'r x [1], r y [1]',
    ]);
    expect(anomalies).to.deep.equal([
      {
        name: 'G2-item',
        transactions: [0, 1],
        dependencies: [
          { from: 0, to: 1, type: 'rw', key: 0, element: 1 },
          { from: 1, to: 0, type: 'rw', key: 1, element: 1 },
        ],
        text: 'T0 did not see 1 in key 0, which T1 appended; T1 did not see 1 in key 1, which T0 appended',
      },
    ]);
    expect(lines).to.deep.equal({
      0: 'T0: read 0 as [], append 1 to 1',
      1: 'T1: read 1 as [], append 1 to 0',
    });
    expect(transactions).to.deep.equal({ ok: 3, failed: 1, unknown: 1 });
  });

  it('has one witness for each tangle, and the shortest one', () => {
    const { anomalies } = serializable([
      'a x 1, a y 1',
      'a x 2, a z 1, r y []',
      'a z 2, a y 2',
      'r x [1 2], r y [1 2], r z [1 2]',
    ]);
    expect(anomalies.map(({ name, transactions }) => ({ name, transactions }))).to.deep.equal([
      { name: 'G-single', transactions: [1, 0] },
    ]);
  });

  it('has the shortest cycle even if a longer one comes first', () => {
    // T0 → T1 → T2 → T3 → T0, and from T3 back to T1.
    const lines = ['a x 1, a w 2', 'a x 2, a y 1, a v 2', 'a y 2, a z 1', 'a z 2, a w 1, a v 1'];
    const { anomalies } = serializable([...lines, 'r x [1 2], r y [1 2], r z [1 2], r w [1 2], r v [1 2]']);
    expect(anomalies.map(({ name, transactions }) => ({ name, transactions }))).to.deep.equal([
      { name: 'G0', transactions: [1, 2, 3] },
    ]);
  });

  it('names a tangle after its gravest kind alone', () => {
    const lines = ['a x 1, a y 1, r z []', 'a x 2, a y 2, a z 1', 'r x [1 2], r y [2 1], r z [1]'];
    expect(serializable(lines).counts).to.deep.equal({ G0: 1 });
  });

  it('separates tangles that lead to the same one', () => {
    const pair = (one: string, two: string, before = '') => [
      `a ${one} 1, a ${two} 1${before}`,
      `a ${one} 2, a ${two} 2`,
    ];
    const lines = [...pair('x', 'y', ', a v 2, a u 2'), ...pair('z', 'a', ', a v 1'), ...pair('b', 'c', ', a u 1')];
    const reads = ['x', 'z', 'b', 'v', 'u'].map((key) => `r ${key} [1 2]`);
    const reversed = ['y', 'a', 'c'].map((key) => `r ${key} [2 1]`);
    expect(serializable([...lines, [...reads, ...reversed].join(', ')]).counts).to.deep.equal({ G0: 3 });
  });

  it('keeps twenty anomalies of a kind as evidence and counts all', () => {
    const { anomalies, counts } = serializable(
      Array.from({ length: 50 }, (_, i) => [`failed: a x ${i}`])
        .flat()
        .concat(`r x [${Array.from({ length: 50 }, (_, i) => i).join(' ')}]`),
    );
    expect(counts).to.deep.equal({ G1a: 50 });
    expect(anomalies.length).to.equal(20);
  });

  it('says what a history lacks that could not have shown an anomaly', () => {
    expect(serializable(['a x 1, r x [1]', 'r y []']).lacks).to.equal(
      'no committed transaction read what another one had appended',
    );
    expect(serializable(['failed: a x 1', 'unknown: a x 2']).lacks).to.equal('no transaction committed');
    expect(serializable(['a x 1', 'r x [1]'])).not.to.have.property('lacks');
  });

  it('knows what every anomaly means', () => {
    for (const name of anomalyNames) expect(meaningOf(name)).to.match(/[a-z]/);
  });
});

describe('a transaction whose commit was not answered', () => {
  it('happened if an append of it was read, with everything that it appended', () => {
    const lines = ['unknown: a x 1, a y 1', 'r x [1], r y []', 'r y []'];
    expect(serializable(lines).counts).to.deep.equal({ 'G-single': 1 });
  });
  it('did not happen, or happened last, if none of its appends was read', () => {
    const lines = ['unknown: a x 1, r y', 'a y 1, r x []', 'r x [], r y [1]', 'r x [], r y []'];
    expect(serializable(lines).counts).to.deep.equal({});
  });
  it('is not believed in what it read', () => {
    const history = historyOf(['unknown: r x [9]', 'failed: r x [8]', 'a x 1', 'r x [1]']);
    expect(judged(history, 'serializable').counts).to.deep.equal({});
  });
});

describe('appends that nobody read', () => {
  it('come after every version that was read', () => {
    // T1 missed the append of T0 to x, and T0 that of T1 to y.
    expect(serializable(['a x 1, r y []', 'a y 1, r x []', 'a z 1', 'r z [1]']).counts).to.deep.equal({ 'G2-item': 1 });
  });
  it('have no order among them', () => {
    expect(serializable(['a x 1, a y 1', 'a x 2, a y 2', 'a x 3, a y 3', 'r x [], r y []']).counts).to.deep.equal({});
  });
  it('may be many', () => {
    const appends = Array.from({ length: 100 }, (_, i) => `a x ${i}`);
    expect(serializable([...appends, 'r x []', 'a y 1', 'r y [1]']).counts).to.deep.equal({});
  });
});

describe('elements that are not sound', () => {
  it('are passed over in the order of versions, so that the cycle around them is seen', () => {
    const lines = ['a x 1', 'failed: a x 2', 'a x 3, a y 1', 'r x [1 2], r y [1]', 'r x [1 2 3], r y [1]'];
    expect(serializable(lines).counts).to.deep.equal({ G1a: 1, 'G-single': 1 });
  });
  it('do not hide the version after them from a reader of the one before', () => {
    const lines = ['a x 1', 'failed: a x 2', 'a x 3, a y 1', 'r x [1], r y [1]', 'r x [1 2 3], r y [1]'];
    expect(serializable(lines).counts).to.deep.equal({ G1a: 1, 'G-single': 1 });
  });
  it('are named with the list that holds them', () => {
    const { anomalies } = serializable(['a x 1', 'a x 2', 'r x [1 2]', 'r x [2]', 'r x [1 1]', 'r y [7]']);
    expect(anomalies.map(({ text }) => text)).to.deep.equal([
      'T4 read [1 1] in key 0: 1 more than once',
      'T5 read 7 in key 1, which no transaction appended',
      'T3 read key 0 as [2], T2 as [1 2]',
    ]);
  });
  it('may stand in a long list, of which the end is shown', () => {
    const elements = Array.from({ length: 12 }, (_, i) => i);
    const { anomalies } = serializable([...elements.map((i) => `a x ${i}`), `r x [${elements.join(' ')}]`, 'r x [1]']);
    expect(anomalies[0]!.text).to.equal('T13 read key 0 as [1], T12 as [… 4 5 6 7 8 9 10 11] (12 elements)');
  });
});

describe('what one transaction does to one key', () => {
  it('must be read in its own order', () => {
    expect(serializable(['a x 1, a x 2', 'r x [2 1]']).counts).to.include({ 'incompatible-order': 1 });
  });
  it('must not be read before it is done', () => {
    expect(serializable(['r x [1], a x 1', 'r x [1]']).counts).to.deep.equal({ internal: 1 });
    expect(serializable(['a x 1', 'a x 2', 'r x [1 2]', 'r x [3], a x 3']).counts).to.include({ internal: 1 });
  });
  it('must be found in a list that is shorter than it', () => {
    expect(serializable(['a x 0, r x []', 'r x [0]']).counts).to.include({ internal: 1 });
  });
  it('may be a thousand operations', () => {
    const many = Array.from({ length: 1000 }, (_, i) => `a x ${i}`).join(', ');
    const all = `r x [${Array.from({ length: 1000 }, (_, i) => i).join(' ')}]`;
    expect(serializable([`${many}, ${all}`, all]).counts).to.deep.equal({});
  });
});

describe('bad input', () => {
  const recorder = () => {
    const history = new HistoryRecorder();
    history.begin('ok');
    return history;
  };
  it('is refused where an element is appended twice', () => {
    const history = recorder();
    history.append(7, 3);
    history.begin('failed');
    history.append(7, 3);
    expect(() => judgeIsolation(history.take(), 'serializable')).to.throw(
      'element 3 is appended to key 7 twice (transactions 0 and 1); each append needs an element of its own, or reads do not show which appends they saw',
    );
  });
  it('is refused where a key or an element is not a number that a column can hold', () => {
    for (const key of [-1, 1.5, 2 ** 26, NaN]) {
      expect(() => recorder().append(key, 1), String(key)).to.throw('a key is a whole number from 0 to 67108863');
      expect(() => recorder().read(key, [1]), String(key)).to.throw('a key is a whole number');
    }
    for (const element of [-1, 1.5, 2 ** 31, NaN])
      expect(() => recorder().append(1, element), String(element)).to.throw('an element is a whole number');
  });
});

import { expect } from 'chai';
import type { Draft } from '../../journal/event.ts';
import { crashStory } from '../../journal/stories.ts';
import { renderHtml } from '../../report/html/index.ts';
import { judge } from '../judge.ts';
import { isolationAnomalies, replicaAnomalies } from './isolation.ts';

type Operation = readonly [key: number, append: number] | readonly [key: number, read: readonly number[] | undefined];
interface Transaction {
  readonly outcome?: 0 | 1 | 2;
  readonly onReplica?: true;
  readonly operations: readonly Operation[];
}

const paths = ['direct', 'readonly'];

/** A batch that was done within 10 ms from 15 s on. */
function batchOf(transactions: readonly Transaction[]): Omit<Draft<'txn'>, 'kind'> {
  const all = transactions.flatMap(({ operations }) => operations);
  const lists = all.map(([, what]) => (typeof what === 'number' ? undefined : what));
  return {
    ...{ tUs: 15_100_000, n: transactions.length, baseUs: 15_000_000, paths, errors: [] },
    client: transactions.map((_, t) => t),
    path: transactions.map(({ onReplica }) => (onReplica ? 1 : 0)),
    start: transactions.map((_, t) => t),
    took: transactions.map(() => 10_000),
    outcome: transactions.map(({ outcome = 0 }) => outcome),
    error: transactions.map(() => -1),
    operations: transactions.map(({ operations }) => operations.length),
    key: all.map(([key]) => key),
    append: all.map(([, what]) => (typeof what === 'number' ? what : -1)),
    length: all.map(([, what], i) => (typeof what === 'number' ? 0 : (lists[i]?.length ?? -1))),
    elements: lists.flatMap((list) => [...(list ?? [])]),
  };
}
/** A crash during which these transactions ran, in as many batches. */
const story = (isolation: string, ...batches: (readonly Transaction[])[]) =>
  crashStory({
    load: { workload: 'list-append', isolation },
    more: (journal) => {
      for (const transactions of batches) journal.line('txn', 15.1, batchOf(transactions));
    },
  }).run();
const last = {
  operations: [
    [0, [1]],
    [1, [1]],
  ],
} as const;
const skew: readonly Transaction[] = [
  {
    operations: [
      [0, []],
      [1, 1],
    ],
  },
  {
    operations: [
      [1, []],
      [0, 1],
    ],
  },
  last,
];

describe('isolationAnomalies', () => {
  it('counts what the declared level rules out, and names the transactions by their lines', async () => {
    const run = await story('serializable', skew);
    const { value, note, evidence } = isolationAnomalies(run);
    expect(value).to.equal(1);
    expect(note).to.equal('1 × G2-item: 3 transactions committed under serializable, 0 rolled back, 0 unknown');
    const [batch] = run.transactions;
    expect(evidence).to.deep.equal([batch!.seq, batch!.seq + 1]);
  });

  it('is 0 where the level allows it', async () => {
    expect(isolationAnomalies(await story('repeatable read', skew)).value).to.equal(0);
  });

  it('follows transactions over batches, with their outcomes', async () => {
    const [first, ...others] = skew;
    expect(isolationAnomalies(await story('serializable', [first!], others)).value).to.equal(1);
    const unknown = {
      ...first!,
      outcome: 2,
      operations: [
        [0, undefined],
        [1, 1],
      ],
    } as const;
    expect(isolationAnomalies(await story('serializable', [unknown], others)).value).to.equal(0);
    const failed = { ...unknown, outcome: 1 } as const;
    expect(isolationAnomalies(await story('serializable', [failed], others)).note).to.match(/^1 × G1a/);
  });

  it('has a limit of 0 in every run with the workload, and breaks it', async () => {
    const verdict = judge(await story('serializable', skew));
    expect(verdict.checks.find(({ metric }) => metric === 'isolationAnomalies')).to.include({
      outcome: 'fail',
      value: 1,
    });
    expect(verdict.outcome).to.equal('fail');
    expect(judge(await story('repeatable read', skew)).outcome).to.equal('pass');
    expect(judge(await crashStory().run()).checks.map(({ metric }) => metric)).not.to.include('isolationAnomalies');
  });

  it('is unknown where the journal declares a level that PostgreSQL does not have', async () => {
    expect(isolationAnomalies(await story('chaos', skew)).note).to.equal(
      'not measurable: the journal declares no level of PostgreSQL, but "chaos"',
    );
  });

  it('is unknown without transactions, without a dependency, and without the last read', async () => {
    const nothing = await crashStory({ load: { workload: 'list-append', isolation: 'serializable' } }).run();
    expect(judge(nothing).checks.find(({ metric }) => metric === 'isolationAnomalies')?.outcome).to.equal('unknown');
    expect(isolationAnomalies(await story('serializable', [{ operations: [[0, 1]] }])).note).to.match(
      /^not measurable: no committed transaction read what another one had appended/,
    );
    const noLast = [...skew.slice(0, 1), { operations: [[1, [1]]] as const }, { outcome: 1 as const, operations: [] }];
    expect(isolationAnomalies(await story('serializable', noLast)).note).to.match(/^not measurable: the last read/);
  });
});

describe('a batch of transactions', () => {
  const spoiled = (more: Partial<Draft<'txn'>>) =>
    crashStory({ more: (journal) => journal.line('txn', 15.1, { ...batchOf(skew), ...more }) }).run();
  it('is refused where its columns contradict each other', async () => {
    for (const [more, why] of [
      [{ outcome: [0, 0] }, 'outcome holds 2 numbers where n says 3'],
      [{ outcome: [0, 0, 3] }, 'outcome holds 3, which is not in [0, 3)'],
      [{ operations: [2, 2, 3] }, 'key holds 6 numbers where n says 7'],
      [{ elements: [1] }, 'elements holds 1 numbers where n says 2'],
      [{ append: [-2, 1, -1, 1, -1, -1] }, 'append holds -2'],
    ] as const) {
      const error = await spoiled(more as unknown as Partial<Draft<'txn'>>).then(
        () => undefined,
        (refused: Error) => refused,
      );
      expect(error?.message, why).to.include(why);
    }
  });
  it('is doubted where its times are not those of the line', async () => {
    const { defects } = await spoiled({ baseUs: 1_000_000 });
    expect(defects.join()).to.match(/line \d+ \(txn\) of 15100000 µs holds rows that were done from/);
  });
});

describe('replicaAnomalies', () => {
  /** Two appends, of which a reader on the primary sees the second alone. */
  const onPrimary: readonly Transaction[] = [
    { operations: [[0, 1]] },
    { operations: [[1, 1]] },
    {
      operations: [
        ...([
          [0, []],
          [1, [1]],
        ] as const),
      ],
    },
  ];
  const onReplica = (first: readonly number[], second: readonly number[]): Transaction => ({
    onReplica: true,
    operations: [
      [0, first],
      [1, second],
    ],
  });

  it('counts a long fork between a reader on the primary and one on a replica, which the primary alone does not show', async () => {
    const run = await story('serializable', onPrimary, [onReplica([1], []), last]);
    expect(isolationAnomalies(run).value).to.equal(0);
    const { value, note, evidence } = replicaAnomalies(run);
    expect(value).to.equal(1);
    expect(note).to.equal('1 × long-fork: 5 transactions committed under repeatable read, 0 rolled back, 0 unknown');
    const [first, second] = run.transactions;
    expect(evidence).to.have.members([first!.seq, first!.seq + 1, first!.seq + 2, second!.seq]);
    const page = renderHtml(run, judge(run));
    expect(page).to.contain('id="isolation-replicas"').and.contain('long-fork');
  });

  it('is 0 where the replica shows the same order, however late', async () => {
    const run = await story('serializable', onPrimary, [onReplica([], []), onReplica([], [1]), last]);
    expect(replicaAnomalies(run)).to.include({ value: 0 });
  });

  it('counts the transactions on replicas apart from those on the primary', async () => {
    const run = await story('serializable', [onReplica([], []), ...onPrimary], [onReplica([1], [1]), last]);
    expect(isolationAnomalies(run).note).to.contain('4 transactions committed');
    expect(replicaAnomalies(run).note).to.contain('6 transactions committed');
  });

  it('is not measurable where nothing read on replicas, and has a limit only where a scenario sets one', async () => {
    const run = await story('serializable', onPrimary, [last]);
    expect(replicaAnomalies(run).value).to.equal(null);
    const forked = await story('serializable', onPrimary, [onReplica([1], []), last]);
    expect(judge(forked, {}).checks.some(({ metric }) => metric === 'replicaAnomalies')).to.equal(false);
    const limited = judge(forked, { replicaAnomalies: { max: 0 } });
    expect(limited.checks.find(({ metric }) => metric === 'replicaAnomalies')!.outcome).to.equal('fail');
    expect(limited.reasons!.find(({ metric }) => metric === 'replicaAnomalies')!.advice).to.contain('no common order');
  });
});

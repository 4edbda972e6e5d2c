/** The comparison on real runs: ten of primary-crash on one lab, as the history kept them. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { randomFrom } from '../../random.ts';
import { readHistory } from '../../report/history.ts';
import { againstBaseline, defaultMetrics } from './baseline.ts';
import { type ComparedRun, compare } from './compare.ts';
import { powerSentence } from './power.ts';

const real: readonly ComparedRun[] = readHistory(readFileSync('fixtures/statistics/primary-crash-lab.ndjson', 'utf8'));
const outageOf = (run: ComparedRun): number => run.measured.writeOutageMs!.value!;

/** The run with an outage, and its bounds, longer by a factor. */
function slowed(run: ComparedRun, factor: number): ComparedRun {
  const { value, lower, upper } = run.measured.writeOutageMs!;
  const times = (ms: number | null) => (ms === null ? null : ms * factor);
  const writeOutageMs = { value: times(value), lower: times(lower), upper: times(upper) };
  return { ...run, measured: { ...run.measured, writeOutageMs } };
}

describe('the comparison of real runs', () => {
  const random = randomFrom(2026);
  const drawn = (n: number) => Array.from({ length: n }, () => real[Math.floor(random() * real.length)]!);
  const shuffled = () =>
    real
      .map((run) => ({ run, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ run }) => run);

  it('has ten of them, in the same circumstances', () => {
    expect(real).to.have.lengthOf(10);
    expect(new Set(real.map(({ fingerprint }) => JSON.stringify(fingerprint)))).to.have.lengthOf(1);
  });

  it('finds a planted growth by half over 10 runs each, whichever they are', () => {
    for (let trial = 0; trial < 200; trial++) {
      const after = drawn(10).map((run) => slowed(run, 1.5));
      const [outage] = compare(drawn(10), after, defaultMetrics);
      expect(outage!.change, after.map(outageOf).join(' ')).to.equal('regression');
    }
  });

  it('raises no more than 5 % false alarms over 1,000 relabellings', () => {
    let alarms = 0;
    for (let relabelling = 0; relabelling < 1000; relabelling++) {
      const runs = shuffled();
      const changes = compare(runs.slice(0, 5), runs.slice(5), defaultMetrics).map(({ change }) => change);
      if (changes.includes('regression') || changes.includes('improvement')) alarms++;
    }
    expect(alarms).to.be.at.most(50);
  });

  it('shows what ten runs against ten, and a gate of three, can find', () => {
    const outages = real.map(outageOf);
    expect(powerSentence(outages, 10, 3)).to.match(/^10 against 10 runs find a growth by half in 100 % of cases/);
    const [decided] = againstBaseline(
      real,
      drawn(3).map((run) => slowed(run, 1.5)),
      defaultMetrics,
    ).comparisons;
    expect(decided!.power)
      .to.contain('10 against 3 runs')
      .and.to.match(/growths from \d+ % on/);
  });
});

/** Studies that were run: what is said about them follows from what was measured. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { readRunFile } from '../../journal/read.ts';
import { judge } from '../../measure/judge.ts';
import type { MetricName } from '../../measure/metrics.ts';
import type { StudyRun } from '../../measure/study/effects.ts';
import { decide } from '../../measure/study/hypotheses.ts';
import { combinations } from '../../scenario/cells.ts';
import type { Study } from '../../scenario/study.ts';
import { renderStudy } from './study.ts';
import { studyFigure } from './study-figure.ts';

const recorded = (file: string) =>
  JSON.parse(readFileSync(`fixtures/studies/${file}.json`, 'utf8')) as { stack: string; runs: StudyRun[] };

async function toldOf(name: string, on: string) {
  const { default: study } = (await import(`../../../scenarios/studies/${name}.ts`)) as { default: Study };
  const { stack, runs } = recorded(`${name}-${on}`);
  const decided = study.hypotheses.map((hypothesis) => decide(runs, hypothesis));
  const all = combinations(study.factors).reduce((sum, levels) => sum + study.repeatsOf(levels), 0);
  const { asks, factors, metrics } = study;
  const text = renderStudy({ name, asks, factors, metrics, stack, runs, missing: all - runs.length, decided });
  return { runs, decided, text, figure: studyFigure(runs, factors, metrics[0]!) };
}

function twoJournalsShowIt(study: string, heldMs: number): void {
  it('has two journals that show it: session mode with the timer of 15 s held, with 1 s not, a storm in neither', async () => {
    for (const [name, expectedMs] of [
      ['held', heldMs],
      ['not-held', 0],
    ] as const) {
      const { measured } = judge(await readRunFile(`fixtures/journals/${study}-${name}/run.ndjson.gz`));
      const found = (metric: MetricName) => measured.find((one) => one.metric === metric)!.value;
      expect(found('holdMs'), name).to.be.closeTo(expectedMs, 1);
      expect(found('stormMs'), name).to.equal(0);
    }
  });
}

function isWhatTheExampleTells(name: string, on: string): void {
  it('is what the example says', async () => {
    const { text, figure } = await toldOf(name, on);
    const example = (file: string) => readFileSync(`reports/examples/study-${name}-${on}/${file}`, 'utf8');
    expect(text).to.equal(example('summary.md'));
    expect(figure).to.equal(example('figure.svg'));
  });
}

describe('the study of pool modes on the real lab', () => {
  it('has every run of its plan', async () => {
    const { runs, text } = await toldOf('pool-mode-storm', 'lab');
    expect(runs).to.have.length(44);
    expect(text).to.include('\n44 runs. ');
  });

  it('confirms the hold of server_login_retry, and refutes a storm of session mode', async () => {
    const { decided } = await toldOf('pool-mode-storm', 'lab');
    expect(decided.map(({ decision }) => decision)).to.deep.equal(['not decided', 'refuted', 'confirmed', 'refuted']);
    const { effect } = decided[2]!;
    expect(effect!.lower, 'of 15 s against 1 s').to.be.within(8_000, effect!.shift);
  });

  twoJournalsShowIt('pool-mode-storm', 13_340);
  isWhatTheExampleTells('pool-mode-storm', 'lab');
});

describe('the study of pool modes on the real CloudNativePG', () => {
  const judged = () => toldOf('pool-mode-storm-operator', 'k3s');

  it('has every run of its plan', async () => {
    expect((await judged()).runs).to.have.length(40);
  });

  it('confirms the hold of server_login_retry, and refutes a storm of session mode', async () => {
    const { decided } = await judged();
    expect(decided.map(({ decision }) => decision)).to.deep.equal([
      'not decided',
      'not decided',
      'confirmed',
      'refuted',
    ]);
    expect(decided[2]!.effect!.lower, 'of 15 s against 1 s').to.be.above(3_000);
  });

  it('shows what the timer does: with 15 s outages end with its multiples since the fault, with 1 s they do not', async () => {
    const { runs } = await judged();
    const soonAfter = (retry: string) =>
      runs.filter(
        ({ levels, measured }) => levels.server_login_retry === retry && measured.writeOutageMs! % 15_000 <= 3_100,
      ).length;
    expect(soonAfter('15'), 'of 20').to.equal(19);
    expect(soonAfter('1'), 'of 20').to.be.at.most(4);
  });

  twoJournalsShowIt('pool-mode-storm-operator', 14_258);
  isWhatTheExampleTells('pool-mode-storm-operator', 'k3s');
});

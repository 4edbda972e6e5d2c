/** A study as Markdown: its hypotheses decided, effects and interactions with their intervals, and every cell's points. */

import { type MetricName, metrics } from '../../measure/metrics.ts';
import {
  type Effect,
  effectOf,
  type Interaction,
  interactionOf,
  type Levels,
  type StudyRun,
} from '../../measure/study/effects.ts';
import type { Decided } from '../../measure/study/hypotheses.ts';
import { shiftText } from '../../measure/study/hypotheses.ts';
import { lossTable } from './losses.ts';

export interface StudyReport {
  readonly name: string;
  readonly asks: string;
  readonly stack: string;
  readonly factors: Readonly<Record<string, readonly string[]>>;
  readonly metrics: readonly MetricName[];
  readonly runs: readonly StudyRun[];
  readonly missing: number;
  readonly decided: readonly Decided[];
}

export function renderStudy(report: StudyReport): string {
  const { name, asks, stack, runs, missing, decided } = report;
  const of = missing > 0 ? ` of ${runs.length + missing}; what is missing is said nothing about` : '';
  return `${[
    `# ${name} on ${stack}`,
    asks,
    `${runs.length} runs${of}. Intervals are of 95 %, from runs of one block that differ in one factor alone.`,
    decided.map(({ sentence }) => `- ${sentence}`).join('\n'),
    ...(report.metrics.includes('lostWrites') ? [lossTable(runs) ?? ''] : []),
    ...report.metrics.map((metric) => sectionOf(report, metric)),
  ].join('\n\n')}\n`;
}

function sectionOf(report: StudyReport, metric: MetricName): string {
  const effects = effectsOf(report, metric).map(effectRow);
  const interactions = interactionsOf(report, metric).map(interactionRow);
  return [
    `## ${metric}: ${metrics[metric].means}`,
    ['| change | difference | 95 % | pairs |', '| --- | --- | --- | --- |', ...effects, ...interactions].join('\n'),
    cellTable(report, metric),
  ].join('\n\n');
}

/** Of each factor from its first level to each other, over all, and within each level of the other factors. */
function effectsOf({ factors, runs }: StudyReport, metric: MetricName): Effect[] {
  return Object.entries(factors).flatMap(([factor, [from, ...others]]) =>
    others.flatMap((to) => {
      const within = Object.entries(factors).filter(([name]) => name !== factor);
      const places: Levels[] = [{}, ...within.flatMap(([name, levels]) => levels.map((level) => ({ [name]: level })))];
      return places.flatMap((place) => effectOf(runs, { metric, factor, from: from!, to, within: place }) ?? []);
    }),
  );
}

function interactionsOf({ factors, runs }: StudyReport, metric: MetricName): Interaction[] {
  const entries = Object.entries(factors);
  return entries.flatMap(([factor, [from, to]], i) =>
    entries
      .slice(i + 1)
      .flatMap(([other, [against, ...levels]]) =>
        levels.flatMap((at) => interactionOf(runs, metric, [factor, from!, to!], [other, against!, at]) ?? []),
      ),
  );
}

const rangeOf = (metric: MetricName, { lower, upper }: Pick<Effect, 'lower' | 'upper'>): string =>
  lower === null ? 'too few pairs' : `${shiftText(metric, lower)} to ${shiftText(metric, upper!)}`;

function effectRow(effect: Effect): string {
  const { metric, factor, from, to, within, shift, pairs } = effect;
  const place = Object.entries(within).map(([name, level]) => ` where ${name} = ${level}`);
  return `| ${factor} ${from} → ${to}${place.join('')} | ${shiftText(metric, shift)} | ${rangeOf(metric, effect)} | ${pairs} |`;
}

function interactionRow(found: Interaction): string {
  const { metric, factor, other, at, against, shift, pairs } = found;
  return `| how much more ${factor} does at ${other} = ${at} than at ${against} | ${shiftText(metric, shift)} | ${rangeOf(metric, found)} | ${pairs} |`;
}

/** Every point: failover times have several modes, and a mean would lie between them. */
function cellTable({ runs }: StudyReport, metric: MetricName): string {
  const cells = [...Map.groupBy(runs, ({ levels }) => JSON.stringify(levels))].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = cells.map(([, some]) => {
    const values = some.map(({ measured }) => measured[metric]);
    const points = values.map((value) =>
      value === null || value === undefined ? 'unknown' : shiftText(metric, value).replace('+', ''),
    );
    return `| ${Object.entries(some[0]!.levels)
      .map(([name, level]) => `${name} ${level}`)
      .join(', ')} | ${points.join(' · ')} |`;
  });
  return ['| cell | every run |', '| --- | --- |', ...rows].join('\n');
}

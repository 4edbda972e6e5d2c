/** An explanation as Markdown: the ranked table, what moved, the configuration change as a diff, and what it risks. */
import { type Explained, type Explanation, seconds } from '../measure/explain/explain.ts';

export function renderExplanation(title: string, found: Explanation): string {
  const { rows, sentence, runs, outageMs, tooFew } = found;
  const outage =
    outageMs === null ? 'was not measured' : `${(outageMs / 1000).toFixed(1)} s (median, no timeout changed)`;
  return `${[
    `# What each timeout costs: ${title}`,
    sentence,
    ...(tooFew ? [tooFew] : []),
    `${runs} runs, one timeout changed in each. Outage of writes ${outage}. Intervals are 95 % confidence intervals; a timeout counts if at most 1 in 20 relabellings of the runs shows an effect as strong.`,
    table(rows),
    ...marks(rows),
    ...changes(rows),
  ].join('\n\n')}\n`;
}

const withUnit = (value: number, unit: string): string => `${value}${unit && ` ${unit}`}`;

function table(rows: readonly Explained[]): string {
  const lines = rows.map((row, i) => {
    const { name, program, base, trial, recommended, unit, effect, cost, moves } = row;
    const what = { costs: seconds(cost), hidden: 'hidden: 0 s', nothing: 'no effect seen' }[effect];
    const seen = moves.map(({ response, shiftMs }) => `${response} ${signed(shiftMs)}`).join(', ') || '–';
    return `| ${i + 1} | ${program}.${name} | ${withUnit(base, unit)} → ${withUnit(trial, unit)} | ${seen} | ${what} | ${withUnit(recommended, unit)} |`;
  });
  return [
    '| | timeout | changed | what changed with it | costs | recommended |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

const signed = (ms: number): string => `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / 1000).toFixed(1)} s`;

/** What the pooler's log shows while the server is away: it costs nothing there, and would where the server is quicker. */
function marks(rows: readonly Explained[]): string[] {
  return rows
    .filter(({ effect }) => effect === 'hidden')
    .map(
      ({ name, base, trial, unit, moves }) =>
        `${name} = ${withUnit(base, unit)} shows in the pooler's log, but the server was not back by then: it is hidden in the outage here.${atTrial({ trial, unit, moves })}`,
    );
}

/** What was seen where it was moved to. */
function atTrial({ trial, unit, moves }: Pick<Explained, 'trial' | 'unit' | 'moves'>): string {
  const silence = moves.find(({ response }) => response === 'silence at the return');
  return silence ? ` With ${withUnit(trial, unit)} it is what the pooler waited for when the server was back.` : '';
}

function changes(rows: readonly Explained[]): string[] {
  const costly = rows.filter(({ effect, cost }) => effect === 'costs' && cost.value > 0);
  if (costly.length === 0) return [];
  const lines = [...Map.groupBy(costly, ({ program }) => program)].flatMap(([program, some]) => [
    `--- ${program}`,
    `+++ ${program}`,
    ...some.flatMap(({ line, base, recommended }) => [`-${put(line, base)}`, `+${put(line, recommended)}`]),
  ]);
  return [
    `## The change`,
    `\`\`\`diff\n${lines.join('\n')}\n\`\`\``,
    costly.map(({ name, risk }) => `- ${name}: ${risk}`).join('\n'),
  ];
}

const put = (line: string, value: number): string => line.replace('{}', String(value));

/** The gate in Markdown, for the summary of a pull request: every limit with every run's value, then the baseline. */
import type { AgainstBaseline } from '../../measure/compare/baseline.ts';
import type { GatedScenario } from '../../measure/gate.ts';
import { escapeMarkdown, row, signs } from '../markdown.ts';
import { amount, figureText, type Listed, limitText, listed, marginText } from '../text.ts';
import { type GateEntry, type GateReport, gateSentence, outcomeOf } from './gate.ts';

/** Rounded once, as the median is; parts of a millisecond are noise. */
const each = (value: number, unit: Listed['unit']): string =>
  amount(Math.abs(value) < 1000 ? Math.round(value) : value, unit);

const limitRow = (check: Listed): string =>
  row([
    `${signs[check.outcome]} ${check.outcome}`,
    `\`${check.name}\`${check.safety ? ' (safety: every run)' : check.values ? '' : ' (every run)'}`,
    check.safety || !check.values ? escapeMarkdown(check.note ?? '') : figureText(check),
    limitText(check.limit, check.unit),
    check.safety ? '' : marginText(check, check.limit),
    (check.values ?? []).map((value) => (value === null ? '?' : each(value, check.unit))).join(', '),
  ]);

function limits(gated: GatedScenario): string[] {
  const head = ['', 'measure', 'median', 'limit', 'margin', `all ${gated.runs.length} runs`];
  const rule = ['---', '---', '---:', '---:', '---:', '---'];
  return [row(head), row(rule), ...listed(gated).map(limitRow)];
}

function baseline({ comparisons, leftOut }: AgainstBaseline): string[] {
  const lines = comparisons.map(({ metric, change, reason, power }) => {
    const note = power === undefined ? '' : ` ${power}.`;
    return `- ${change === 'regression' ? `${signs.fail} ` : ''}**${change}** \`${metric}\`: ${escapeMarkdown(reason + note)}`;
  });
  const others = leftOut > 0 ? [`- ${leftOut} runs of the baseline were left out: other circumstances`] : [];
  return ['', 'Against the baseline:', '', ...lines, ...others];
}

function entryLines(entry: GateEntry): string[] {
  const { scenario, stack, gated, against, skipped } = entry;
  if (!gated) return [`#### ⏭ ${scenario} on ${stack} was skipped: ${escapeMarkdown(skipped ?? '')}`, ''];
  const doubts = gated.doubts.map((doubt) => `> ${signs.unknown} ${escapeMarkdown(doubt)}`);
  const runs = gated.runs.map(
    ({ run, outcome, sentence }) => `- ${signs[outcome]} ${run}: ${escapeMarkdown(sentence)}`,
  );
  return [
    `#### ${signs[outcomeOf(entry)!]} ${scenario} on ${stack}`,
    '',
    ...limits(gated),
    ...(doubts.length > 0 ? ['', ...doubts] : []),
    ...(against ? baseline(against) : []),
    '',
    `<details><summary>${gated.runs.length} of ${gated.planned} planned runs</summary>`,
    '',
    ...runs,
    '',
    '</details>',
    '',
  ];
}

/** Ends with a line break. */
export function renderGateMarkdown(report: GateReport): string {
  return [
    `### ${signs[report.outcome]} ${escapeMarkdown(gateSentence(report))}`,
    '',
    'A safety limit must hold in every run, any other by the median of the runs that were planned beforehand.',
    '',
    ...report.entries.flatMap(entryLines),
  ].join('\n');
}

/** A summary in Markdown, for a pull request: the sentence, the limits, and what was not proved. */
import type { Run } from '../journal/run.ts';
import { changesFor } from '../measure/advice/proposals.ts';
import { whyText } from '../measure/advice/why.ts';
import { isDestroyed } from '../measure/doubts/ledgers.ts';
import type { Phase, Verdict } from '../measure/verdict.ts';
import { serverEpisodes, serverUpText } from './html/figures/waterfall-rows.ts';
import type { Known } from './html/view.ts';
import { firstChange } from './proposal-words.ts';
import { amount, doubtsShown, figureText, type Listed, limitText, listed, marginText } from './text.ts';

export const signs = { pass: '✅', fail: '❌', unknown: '❔' } as const;

/** Text that Markdown and the HTML in it leave as it is, also inside a table. */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_[\]()#|~@!]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');

/** The name of a measure, also of a scenario's own, within backticks inside a table. */
const escapeCode = (name: string): string => name.replace(/[`|\r\n]/g, ' ');

export const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const limitRow = (check: Listed): string =>
  row([
    `${signs[check.outcome]} ${check.outcome}`,
    `\`${escapeCode(check.name)}\`${check.safety ? ' (safety)' : ''}`,
    figureText(check),
    limitText(check.limit, check.unit),
    marginText(check, check.limit),
    check.note ? escapeMarkdown(check.note) : '',
  ]);

function limitTable(verdict: Verdict): string[] {
  if (listed(verdict).length === 0) return ['The scenario sets no limit.'];
  const head = ['', 'measure', 'measured', 'limit', 'margin', 'note'];
  const rule = ['---', '---', '---:', '---:', '---:', '---'];
  return [row(head), row(rule), ...listed(verdict).map(limitRow)];
}

function phaseLine(run: Run, verdict: Verdict): string[] {
  const outage = verdict.measured.find(({ metric }) => metric === 'writeOutageMs');
  // Nobody knows what the parts of an unknown time are; a cluster that is gone has no failover.
  if (verdict.phases.length === 0 || outage?.value === null || isDestroyed(run)) return [];
  const words = verdict.phases.map((one) => {
    const { phase, includes = [], startUs, endUs } = one;
    const withServer = serverUpText(one, serverEpisodes(run, verdict));
    const lasted = leastText(one, verdict) || amount(Math.round((endUs - startUs) / 1000), 'ms');
    return `${[...includes, phase].join(' and ')} ${lasted}${withServer && ` (${withServer})`}`;
  });
  return ['', `Phases, counted from the fault, which the outage may follow later: ${words.join(' → ')}.`];
}

/** Of a phase that was cut, what is known for certain, as the page has it; empty for any other. */
function leastText({ phase, cutBy }: Phase, { measured }: Verdict): string {
  const least = cutBy && measured.find(({ metric }) => metric === `${phase}Ms`)?.lower;
  return least ? `at least ${amount(Math.round(least), 'ms')}` : '';
}

/** The Markdown of a run. Ends with a line break. */
export function renderMarkdown(run: Run, verdict: Verdict, { levers = [], explained }: Known = {}): string {
  const why = whyText(verdict);
  const change = firstChange(changesFor(run, verdict, levers, explained), verdict);
  const doubts = doubtsShown(verdict).map((doubt) => `> ${signs.unknown} ${escapeMarkdown(doubt)}`);
  const changed = Object.entries(run.header.changed).map(([name, value]) => `${name}=${value}`);
  return [
    `### ${signs[verdict.outcome]} ${escapeMarkdown(verdict.sentence)}`,
    '',
    ...(verdict.fault ? [`**Broken:** ${escapeMarkdown(verdict.fault)}`, ''] : []),
    ...(why ? [`**Why:** ${escapeMarkdown(why)}`, ''] : []),
    ...(change ? [`**What to change:** ${escapeMarkdown(change)}`, ''] : []),
    ...limitTable(verdict),
    ...phaseLine(run, verdict),
    ...(doubts.length > 0 ? ['', ...doubts] : []),
    '',
    'One run, this load, this stack: see “what this run does not prove” in the report.',
    '',
    '<details><summary>The experiment</summary>',
    '',
    `- run ${escapeMarkdown(verdict.run)} on ${verdict.stack}, seed ${run.header.seed}, scenario hash ${escapeMarkdown(run.header.scenario.hash)}`,
    ...(changed.length > 0 ? [`- changed: ${escapeMarkdown(changed.join(', '))}`] : []),
    ...(run.stack
      ? [
          `- versions: ${escapeMarkdown(
            Object.entries(run.stack.versions)
              .map((pair) => pair.join(' '))
              .join(', '),
          )}`,
        ]
      : []),
    '',
    '```sh',
    run.header.command.replace(/[\r\n`]+/g, ' '),
    '```',
    '',
    '</details>',
    '',
  ].join('\n');
}

/** The top of the page: the verdict as a sentence, where it was found, and the figures that matter, safety first. */
import { html, type Markup } from '../../markup.ts';
import { type MetricName, titleOf } from '../../measure/metrics.ts';
import { addedToLongest, isApart } from '../../measure/whose-share.ts';
import { questionOf } from '../question.ts';
import { isKnown, isSafety } from '../text.ts';
import { figureMarkup, measuredOf, type View } from './view.ts';

/** What the reader looks for first, in this order; those that were not measured are left out. */
const keyMetrics: readonly MetricName[] = [
  'writeOutageMs',
  'directOutageMs',
  'poolerPenaltyMs',
  'lostWrites',
  'recoveryMs',
];
const notes: Partial<Record<MetricName, string>> = {
  writeOutageMs: 'through the slowest PgBouncer',
  directOutageMs: 'without PgBouncer',
  poolerPenaltyMs: 'later than PostgreSQL itself',
  lostWrites: 'acknowledged, then gone',
  recoveryMs: 'every instance streams again',
};
/** As long names as fit above a figure. */
const names: Partial<Record<MetricName, string>> = { directOutageMs: 'PostgreSQL itself' };

function keyFigure(view: View, metric: MetricName): Markup | undefined {
  const found = measuredOf(view.verdict, metric);
  if (!found || !isKnown(found)) return undefined;
  // The direct path was down for longer than the poolers’: what PgBouncer added to that is not a part of the outage.
  if (metric === 'poolerPenaltyMs' && isApart(view.verdict)) return undefined;
  const longestMs = metric === 'poolerPenaltyMs' ? addedToLongest(view.verdict) : undefined;
  const shown = longestMs === undefined ? found : { ...found, value: longestMs, lower: longestMs, upper: longestMs };
  const grave = isSafety(metric) && (found.value ?? 0) > 0;
  return html`<div class="${grave && 'grave'}"><dt>${names[metric] ?? titleOf(metric)}</dt><dd>${figureMarkup(shown)} <span class="means">${longestMs !== undefined ? 'to the longest outage' : metric === 'directOutageMs' && isApart(view.verdict) ? 'on the direct path, which only the drill’s probe uses' : notes[metric]}${metric === 'recoveryMs' && waited(view)} ${view.citations.cite(found.evidence)}</span></dd></div>`;
}

/** A recovery that is mostly the drill's own waiting says so. */
function waited({ verdict }: View): string | undefined {
  const part = /([\d.]+ s) of it before the fault had ended/.exec(measuredOf(verdict, 'recoveryMs')?.note ?? '');
  return part ? `; the fault was in force for ${part[1]} of it` : undefined;
}

/** The time of the header without its fractions: `2026-11-22 16:40 UTC`. */
const minuteOf = (startedAt: string): string => `${startedAt.slice(0, 16).replace('T', ' ')} UTC`;

const programs: Readonly<Record<string, string>> = {
  ...{ cloudnativepg: 'CloudNativePG', patroni: 'Patroni', postgresql: 'PostgreSQL', pgbouncer: 'PgBouncer' },
  ...{ kubernetes: 'Kubernetes', etcd: 'etcd', haproxy: 'HAProxy' },
};
const durabilities: Readonly<Record<string, string>> = {
  required: 'commits wait for a standby',
  preferred: 'commits wait for a standby while one streams',
  asynchronous: 'commits wait for no standby',
};

/** `npm run` works in the folder of the package, which is pgdrill’s checkout. */
const isOwnCheckout = (command: string): boolean => command.startsWith('npm run -s pgdrill ');

/** What was drilled: versions, topology, and the state of the caller's repository. */
function subject({ run: { header, stack } }: View): string[] {
  const versions = Object.entries(programs).flatMap(([name, words]) => {
    const version = stack?.versions[name];
    return version ? [`${words} ${version.replace(/ \(.*/, '')}`] : [];
  });
  const { instances, durability } = header.topology;
  const { repository } = header;
  const changed = Object.entries(header.changed).map(([name, value]) => `${name} = ${value}`);
  return [
    ...versions,
    ...(typeof instances === 'number' ? [`${instances} instances`] : []),
    ...(typeof durability === 'string' && durabilities[durability] ? [durabilities[durability]] : []),
    ...(repository
      ? [
          `${isOwnCheckout(header.command) ? 'pgdrill' : 'your repository'} at ${repository.revision.slice(0, 9)}${repository.dirty ? ' with uncommitted changes' : ''}`,
        ]
      : []),
    ...(changed.length > 0 ? [`set for this run: ${changed.join(', ')}`] : []),
  ];
}

/**
 * The sentence in two parts, the first of which is the headline. The outcome stands before it as a badge, the scenario above.
 */
function headlineOf(sentence: string, scenario: string): readonly [string, string] {
  const text = sentence.replace(/^(PASS|FAIL|UNKNOWN) /, '');
  const bare = text.startsWith(`${scenario}: `) ? text.slice(scenario.length + 2) : text;
  const end = /; (?![^(]*\))|\. /.exec(bare)?.index ?? bare.length;
  const upper = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return [upper(bare.slice(0, end + 1)).replace(/;$/, '.'), upper(bare.slice(end + 2))];
}

export function header(view: View): Markup {
  const { run, verdict } = view;
  const [headline, rest] = headlineOf(verdict.sentence, verdict.scenario);
  return html`<header><p class="overline">pgdrill · <b>${verdict.scenario}</b> on ${verdict.stack} · <time datetime="${run.header.startedAt}">${minuteOf(run.header.startedAt)}</time></p>
<h1><span class="outcome ${verdict.outcome}">${verdict.outcome.toUpperCase()}</span> ${headline} <span class="rest">${rest}</span></h1>
<p class="asks">The scenario asks: ${questionOf(run)}</p>
<p class="subject">${verdict.fault && html`<b>Broken: ${verdict.fault}</b> · `}${subject(view).map((part, i) => html`${i > 0 && ' · '}<span>${part}</span>`)}</p>
<dl class="keys">${keyMetrics.map((metric) => keyFigure(view, metric))}</dl></header>`;
}

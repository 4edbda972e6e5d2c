/** The experiment itself, so that somebody else can repeat it: question, topology, versions, settings, load, machine. */
import type { EventOf } from '../../journal/event.ts';
import { html, type Markup, type Piece } from '../../markup.ts';
import { roundTrips } from '../../measure/poolers/round-trips.ts';
import { questionOf } from '../question.ts';
import { amount, grouped, seconds } from '../text.ts';
import type { Citations } from './evidence.ts';
import { fold } from './fold.ts';
import type { View } from './view.ts';

type Pairs = readonly (readonly [string, Piece])[];

/** `pooler.poolSize` and so on: nested settings as one list. */
function flat(record: Readonly<Record<string, unknown>>, prefix = ''): [string, string][] {
  return Object.entries(record).flatMap(([name, value]) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? flat(value as Record<string, unknown>, `${prefix}${name}.`)
      : [[`${prefix}${name}`, Array.isArray(value) ? value.join(', ') : String(value)] as [string, string]],
  );
}

const list = (pairs: Pairs): Markup =>
  html`<dl class="pairs">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

const block = (title: string, pairs: Pairs): Markup | undefined =>
  pairs.length > 0 ? html`<div class="block"><h3>${title}</h3>${list(pairs)}</div>` : undefined;

/** A setting is marked where `--with` changed it, by its whole name or the part after the program. */
function settings(stack: EventOf<'stack'>, changed: Readonly<Record<string, string>>): Pairs {
  const isChanged = (name: string) => Object.hasOwn(changed, name) || Object.hasOwn(changed, name.split('.').at(-1)!);
  return Object.entries(stack.settings).map(([name, value]) => [
    name,
    isChanged(name) ? html`<mark>${value}</mark> <span class="tag">changed by --with</span>` : value,
  ]);
}

function health(generator: EventOf<'generator'>, citations: Citations): Markup {
  const cpu = generator.wallUs > 0 ? `${grouped((100 * generator.cpuUs) / generator.wallUs)} % of a core` : 'unknown';
  const ran = generator.scheduling ? `, ${generator.scheduling}` : '';
  const late = (us: number) => amount(us / 1000, 'ms');
  return html`<tr><th scope="row">${generator.source} ${citations.cite([generator.seq])}</th><td class="number">${grouped(generator.n)}</td><td class="number">${late(generator.lateP50Us)}</td><td class="number">${late(generator.lateP99Us)}</td><td class="number">${late(generator.lateMaxUs)}</td><td class="number">${cpu}${ran}</td></tr>`;
}

function generators({ run, citations }: View): Markup {
  const stalled = run.stalls.reduce((sum, stall) => sum + stall.untilUs - stall.fromUs, 0);
  const stalls =
    run.stalls.length === 0
      ? html`No stall of the harness was recorded.`
      : html`The harness stalled ${grouped(run.stalls.length)} times, ${seconds(stalled, 3)} in all ${citations.cite(run.stalls.slice(0, 20).map((stall) => stall.seq))}.`;
  if (run.generators.length === 0)
    return html`<p>How well the load kept its schedule is unknown: the journal has no record of it. ${stalls}</p>`;
  return html`<table class="generators"><caption>How well the load kept its schedule: lateness of its own starts. ${stalls}</caption><thead><tr><th scope="col">generator</th><th scope="col" class="number">starts</th><th scope="col" class="number">late p50</th><th scope="col" class="number">p99</th><th scope="col" class="number">max</th><th scope="col" class="number">CPU</th></tr></thead><tbody>${run.generators.map((generator) => health(generator, citations))}</tbody></table>`;
}

export function experiment(view: View): Markup {
  const { header, stack } = view.run;
  const { host, scenario } = header;
  const machine: Pairs = [
    ['system', `${host.os}, kernel ${host.kernel}`],
    ['CPUs', grouped(host.cpus)],
    ['memory', amount(host.memoryBytes, 'bytes')],
    ['Node', host.node],
    ['path of the clients', stack?.path ?? 'unknown'],
    ...roundTrips(view.run).map(({ stream, does, medianUs }): [string, string] => [
      `round trip of ${stream}`,
      `${amount(medianUs / 1000, 'ms')} (${does}, median before the fault)`,
    ]),
  ];
  const scenarioPairs: Pairs = [
    ['asks', questionOf(view.run)],
    ['name', scenario.name],
    ['hash', html`<code>${scenario.hash}</code>`],
    ['seed', html`<code>${header.seed}</code>`],
    ['run', html`<code>${header.id}</code>`],
  ];
  const instances: Pairs = (stack?.instances ?? []).map(({ name, address }) => [name, address]);
  const unknownStack = html`<p>Versions and settings are unknown: the run ended before its stack was open.</p>`;
  const body = html`<p>As the journal records it ${view.citations.cite([header.seq, ...(stack ? [stack.seq] : [])])}. To repeat it:</p><pre><code>${header.command}</code></pre>
<div class="blocks">${block('Scenario', scenarioPairs)}${block('Topology', [...flat(header.topology), ...instances])}${block('Load', flat(header.load))}${block('Machine', machine)}${stack ? block('Versions', Object.entries(stack.versions)) : unknownStack}${stack && block('Settings in force', settings(stack, header.changed))}${block('Changed by --with', Object.entries(header.changed))}</div>
<h3>Health of the generator</h3>${generators(view)}`;
  return fold({
    id: 'experiment',
    title: 'The experiment',
    says: 'command, topology, load, machine, versions and settings: to repeat it',
    body,
  });
}

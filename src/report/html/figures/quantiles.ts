/** Response against service time: what a client waits from when its write was due, and from when it was sent. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { sentUsOf } from '../../../journal/columns/ops.ts';
import { outcomes } from '../../../journal/event.ts';
import type { Ops } from '../../../journal/run.ts';
import { html, type Markup } from '../../../markup.ts';
import { LatencyHistogram } from '../../latency-histogram.ts';
import { amount, grouped } from '../../text.ts';
import { drawnFrom } from '../evidence.ts';
import { fold } from '../fold.ts';
import type { View } from '../view.ts';
import { figureOf, lineKey, path, viewWidth } from './chart.ts';

const okCode = outcomes.indexOf('ok');
const okLocalCode = outcomes.indexOf('okLocal');
const height = 100;
/** Quantiles of the table, and the stops of the drawing's axis, which stretches the tail. */
const shown = [0.5, 0.9, 0.99, 0.999, 1] as const;

interface Window {
  readonly name: string;
  readonly response: LatencyHistogram;
  readonly service: LatencyHistogram;
}

const emptyWindow = (name: string): Window => ({
  name,
  response: new LatencyHistogram(),
  service: new LatencyHistogram(),
});

function fill(ops: Ops, windowOf: (dueUs: number) => Window): void {
  for (let i = 0; i < ops.n; i++) {
    if (ops.outcome[i] !== okCode && ops.outcome[i] !== okLocalCode) continue;
    const window = windowOf(ops.dueUs[i]!);
    window.response.add(ops.doneUs[i]! - ops.dueUs[i]!);
    if (ops.sentAfterUs[i]! >= 0) window.service.add(ops.doneUs[i]! - sentUsOf(ops, i));
  }
}

/** Before the fault, from it until the last stream was back, and after that. */
function windowsOf({ run, verdict, frame }: View): Window[] {
  const [before, during, after] = ['before the fault', 'fault to recovery', 'after recovery'].map(emptyWindow) as [
    Window,
    Window,
    Window,
  ];
  const backUs = Math.max(frame.zeroUs, ...verdict.episodes.map((episode) => episode.endUs ?? frame.toUs));
  const whole = emptyWindow('whole run');
  fill(run.ops, (dueUs) => (!frame.hasFault ? whole : dueUs < frame.zeroUs ? before : dueUs < backUs ? during : after));
  return (frame.hasFault ? [before, during, after] : [whole]).filter((window) => window.response.n > 0);
}

/** Where a quantile stands: each further nine takes the same room. */
const tail = (q: number): number => -Math.log10(Math.max(1e-6, 1 - q));

function drawing(window: Window): Markup {
  const deepest = Math.min(6, Math.max(1, Math.log10(window.response.n)));
  const x = scaleLinear([0, deepest], [0, viewWidth]);
  const stops = Array.from({ length: 121 }, (_, i) => 1 - 10 ** -((i / 120) * deepest));
  const least = Math.max(
    10,
    Math.min(window.response.quantile(0), window.service.n > 0 ? window.service.quantile(0) : Number.POSITIVE_INFINITY),
  );
  const y = scaleLog([least, Math.max(least * 10, window.response.maxUs)], [height, 6]).nice();
  const curve = (histogram: LatencyHistogram) =>
    line<number>(
      (q) => x(tail(q)),
      (q) => y(Math.max(least, histogram.quantile(q))),
    ).digits(1)(stops);
  const xTicks = [0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999]
    .filter((q) => tail(q) <= deepest)
    .map((q) => ({ at: x(tail(q)), label: `${Number((q * 100).toFixed(3))} %` }));
  const [low, high] = y.domain() as [number, number];
  const yTicks = Array.from({ length: 9 }, (_, i) => 10 ** (i + 1))
    .filter((us) => us >= low && us <= high)
    .map((us) => ({ at: y(us), label: amount(us / 1000, 'ms') }));
  const marks = html`${path('quantile service', window.service.n > 0 ? curve(window.service) : null)}${path('quantile response', curve(window.response))}`;
  const description = `${window.name}: median response ${amount(window.response.quantile(0.5) / 1000, 'ms')}, greatest ${amount(window.response.maxUs / 1000, 'ms')}.`;
  return figureOf(
    {
      id: 'quantiles',
      title: `Quantiles, ${window.name}`,
      description,
      height,
      xTicks,
      yTicks,
      marks,
    },
    'Share of the acknowledged writes that were at least as quick; each further nine takes the same room. Where the two part, writes waited before they were sent, which a load that waits for each answer would not have shown.',
    html`${lineKey('quantile response', 'response: from when it was due')}${lineKey('quantile service', 'service: from when it was sent')}`,
  );
}

function table(windows: readonly Window[], seq: ArrayLike<number>): Markup {
  const cells = (histogram: LatencyHistogram) =>
    shown.map(
      (q) => html`<td class="number">${histogram.n > 0 ? amount(histogram.quantile(q) / 1000, 'ms') : '–'}</td>`,
    );
  const rows = windows.map(
    ({ name, response, service }) =>
      html`<tr><th scope="row">${name}<span class="means">response; ${grouped(response.n)} writes</span></th>${cells(response)}</tr><tr><th scope="row"><span class="means">service</span></th>${cells(service)}</tr>`,
  );
  return html`<table class="quantiles"><caption>Quantiles of the acknowledged writes, ± 2 % (the greatest is exact). ${drawnFrom(seq)}</caption><thead><tr><th scope="col">window</th>${shown.map((q) => html`<th scope="col" class="number">${q === 1 ? 'max' : `p${q * 100}`}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}

/** The section of quantiles, or nothing where nothing was acknowledged. */
export function quantiles(view: View): Markup | undefined {
  const windows = windowsOf(view);
  const [first] = windows;
  if (!first) return undefined;
  const body = html`${drawing(first)}${table(windows, view.run.ops.seq)}`;
  const says = `median ${amount(first.response.quantile(0.5) / 1000, 'ms')} ${first.name}`;
  return fold({ id: 'latencies', title: 'Response and service time', says, body });
}

/** The two moments that decide an outage, slot by slot: how each stream broke, and how it came back. */
import type { Slots } from '../../../journal/run.ts';
import { html, type Markup } from '../../../markup.ts';
import type { Episode } from '../../../measure/verdict.ts';
import { grouped } from '../../text.ts';
import type { View } from '../view.ts';
import { type Chart, drawChart, type Label, path, type Tick, viewWidth } from './chart.ts';
import { slowAboveUs, strip, type Window } from './strip.ts';

/** To either side of the moment, µs: with slots of 10 ms there are a hundred, each wide enough to be seen. */
const reachUs = 500_000;
const rowHeight = 34;
const stripTop = 18;

interface Edge {
  readonly slots: Slots;
  readonly atUs: number;
}

const windowAround = (atUs: number): Window => ({ fromUs: atUs - reachUs, toUs: atUs + reachUs });

/** Edges of the longest episode of each stream that ended; a stream that samples too rarely has no edge to show. */
function edgesOf({ run, verdict }: View, momentOf: (episode: Episode) => number | null): Edge[] {
  return [...run.slots.values()].flatMap((slots) => {
    const { name, stepUs } = slots.stream;
    const episodes = verdict.episodes.filter((episode) => episode.stream === name);
    const longest = episodes.sort((a, b) => b.lastedUs - a.lastedUs)[0];
    const atUs = longest ? momentOf(longest) : null;
    return atUs === null || stepUs * 10 > reachUs ? [] : [{ slots, atUs }];
  });
}

const ticks: readonly Tick[] = [-400, -200, 0, 200, 400].map((ms) => ({
  at: ((ms * 1000 + reachUs) / (2 * reachUs)) * viewWidth,
  label: ms === 0 ? '0' : `${ms > 0 ? '+' : '−'}${Math.abs(ms)} ms`,
  minor: Math.abs(ms) === 400,
}));

function drawing(view: View, id: string, title: string, edges: readonly Edge[]): Markup {
  const { frame } = view;
  const when = (atUs: number) => `${grouped((atUs - frame.zeroUs) / 1e6, 2)} s`;
  const labels = edges.map(
    ({ slots, atUs }, row): Label => ({
      ...{ x: 0, y: row * rowHeight + stripTop - 5, className: 'lane' },
      ...{ text: slots.stream.name, detail: `the line is ${when(atUs)} after the fault` },
    }),
  );
  const height = edges.length * rowHeight;
  const strips = edges.map(({ slots, atUs }, row) =>
    strip(slots, windowAround(atUs), slowAboveUs(slots, frame), row * rowHeight + stripTop),
  );
  const chart: Chart = {
    ...{ id, title, height, xTicks: ticks, labels },
    description: edges.map(({ slots, atUs }) => `${slots.stream.name}: ${when(atUs)} after the fault.`).join(' '),
    marks: html`${path('mark', `M${viewWidth / 2} 0V${height}`)}${strips}`,
  };
  return html`<figure id="${id}"><h3>${title}</h3>${drawChart(chart)}</figure>`;
}

/** Both moments side by side, or nothing where no stream was down. */
export function edges(view: View): Markup | undefined {
  const breaks = edgesOf(view, (episode) => episode.startUs);
  const returns = edgesOf(view, (episode) => episode.endUs);
  if (breaks.length === 0) return undefined;
  return html`<div class="pair">${drawing(view, 'break', 'The half second before and after the break', breaks)}${returns.length > 0 && drawing(view, 'return', 'The half second before and after the return', returns)}</div><p class="small">Each bar is one probe: low where it was answered in time, high and red where it was not. The upright line is the moment that the outage is counted from or to.</p>`;
}

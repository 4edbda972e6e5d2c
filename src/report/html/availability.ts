/** The availability strips: every slot of every stream over the whole run. */
import type { Slots } from '../../journal/run.ts';
import { html, type Markup } from '../../markup.ts';
import type { Episode } from '../../measure/verdict.ts';
import { amount, grouped } from '../text.ts';
import { drawnFrom } from './evidence.ts';
import { key, type Label, viewWidth } from './figures/chart.ts';
import { slowAboveUs, strip } from './figures/strip.ts';
import { timePanel } from './figures/time-axis.ts';
import type { View } from './view.ts';

const laneHeight = 30;
const stripTop = 18;

const pathWords = {
  pooler: 'writes through this pooler',
  direct: 'writes straight to the primary',
  readonly: 'reads from a replica',
  api: 'HTTP requests to a service over the pooler',
};

/** How long it lasted; of a lower bound what was seen for certain, as everywhere. */
const lastedText = ({ lastedUs, minusUs, cutBy }: Episode): string =>
  cutBy ? `at least ${amount((lastedUs - minusUs) / 1000, 'ms')}` : amount(lastedUs / 1000, 'ms');

function laneLabels(slots: Slots, lane: number, episodes: readonly Episode[]): Label[] {
  const { name, path: way, fresh, stepUs } = slots.stream;
  const y = lane * laneHeight + stripTop - 5;
  const downs = episodes.filter((episode) => episode.stream === name);
  const lasted = downs.map((episode) => (episode.endUs === null ? 'never back' : lastedText(episode)));
  const what = `${pathWords[way]}${fresh ? ' on a new connection' : ''} every ${amount(stepUs / 1000, 'ms')}`;
  return [
    { x: 0, y, text: name, detail: what, className: 'lane' },
    {
      x: viewWidth,
      y,
      text: lasted.length ? `down ${lasted.join(', ')}` : 'never down',
      anchor: 'end',
      className: 'lane',
    },
  ];
}

function describe(all: readonly Slots[], episodes: readonly Episode[]): string {
  if (episodes.length === 0) return `No stream of ${all.length} was down.`;
  return episodes
    .map((episode) =>
      episode.endUs === null
        ? `${episode.stream} went down ${grouped(episode.startUs / 1e6, 2)} s into the run and did not come back.`
        : `${episode.stream} was down for ${lastedText(episode)} from ${grouped(episode.startUs / 1e6, 2)} s into the run.`,
    )
    .join(' ');
}

/** One strip a stream, or nothing where no stream ran. */
export function availability({ run, verdict, frame, axis }: View): Markup | undefined {
  const all = [...run.slots.values()].filter((slots) => slots.n > 0);
  if (all.length === 0) return undefined;
  const limits = [...new Set(all.map((slots) => amount(slots.stream.limitUs / 1000, 'ms')))].join(' or ');
  return timePanel(
    axis,
    {
      id: 'availability',
      title: 'Availability of each stream',
      description: describe(all, verdict.episodes),
      height: all.length * laneHeight,
      marks: all.map((slots, lane) => strip(slots, frame, slowAboveUs(slots, frame), lane * laneHeight + stripTop)),
      labels: all.flatMap((slots, lane) => laneLabels(slots, lane, verdict.episodes)),
    },
    `A slot is bad if it has no good answer within ${limits} of its intended start, and slow if it took longer than twice the steady p99 and than 50 ms. Each column of the picture shows its worst slot, so that a single bad one stays visible. ${drawnFrom(...all.map((slots) => slots.seq))}`,
    html`${key('good', 'good')}${key('slow', 'slow')}${key('bad', 'bad')}${key('fault-shade', 'fault in force')}`,
  );
}

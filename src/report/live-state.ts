/** What a watcher of a running drill needs to know, folded out of the journal's lines as they are written. */
import type { EventOf, JournalEvent, Stream } from '../journal/event.ts';
import { slotOutcomes } from '../journal/event.ts';

/** A second of a stream: one bad slot makes it bad. */
export type Cell = 'good' | 'bad' | 'none';

export interface LiveLane {
  readonly name: string;
  readonly path: Stream['path'];
  readonly limitUs: number;
  /** The last seconds, oldest first; the last cell is second `lastSecond` of the run. */
  readonly cells: readonly Cell[];
  readonly lastSecond: number;
  /** Since when it is down: until its slots have been good for a second; undefined while it is up. */
  readonly downSinceUs?: number | undefined;
  /** While it is down: since when its slots are good again. */
  readonly goodSinceUs?: number | undefined;
  /** How long the last outage lasted that is over, µs. */
  readonly wasDownUs?: number | undefined;
}

export interface LiveState {
  readonly scenario: string;
  readonly stack: string;
  readonly phase: EventOf<'phase'>['phase'] | undefined;
  /** The pooled and direct streams on kept connections, direct first. */
  readonly lanes: readonly LiveLane[];
  /** The faults in force and those healed, by their id, with the last step of each. */
  readonly faults: ReadonlyMap<string, EventOf<'fault'>>;
  /** The last things that were seen to happen since the fault, oldest first. */
  readonly news: readonly string[];
  readonly predicted: { readonly lowMs: number; readonly highMs: number } | undefined;
  /** The time of the newest line, µs. */
  readonly lastUs: number;
}

/** How many seconds a lane remembers. */
const laneSeconds = 60;
/** A lane counts as up again once it was good for this long: some answers come in the middle of an outage. */
const backForUs = 1_000_000;
const newsKept = 2;
const okCode = slotOutcomes.indexOf('ok');

/** The state before the first line of a journal. */
export const liveStart: LiveState = {
  scenario: '',
  stack: '',
  phase: undefined,
  lanes: [],
  faults: new Map(),
  news: [],
  predicted: undefined,
  lastUs: 0,
};

const laneOf = ({ name, path, limitUs }: Stream): LiveLane => ({ name, path, limitUs, cells: [], lastSecond: -1 });

/** Direct first, because what a pooler adds is seen against it. */
const directFirst = (a: Stream, b: Stream): number => Number(b.path === 'direct') - Number(a.path === 'direct');

function lanesOf(streams: readonly Stream[]): LiveLane[] {
  return streams
    .filter((stream) => !stream.fresh && stream.path !== 'readonly')
    .sort(directFirst)
    .map(laneOf);
}

function withSlot(cells: Cell[], lastSecond: number, second: number, good: boolean): number {
  for (let at = lastSecond; at < second; at++) cells.push('none');
  const last = Math.max(lastSecond, second);
  const index = cells.length - 1 - (last - second);
  if (index >= 0 && cells[index] !== 'bad') cells[index] = good ? 'good' : 'bad';
  return last;
}

/** The lane after a batch of its slots. A second belongs to the time at which its slots were due. */
function withProbe(lane: LiveLane, batch: EventOf<'probe'>): LiveLane {
  const cells = [...lane.cells];
  let { lastSecond, downSinceUs, goodSinceUs, wasDownUs } = lane;
  if (lastSecond < 0) lastSecond = Math.floor(batch.fromUs / 1e6) - 1;
  for (let i = 0; i < batch.n; i++) {
    const dueUs = batch.fromUs + i * batch.stepUs;
    const good = batch.outcome[i] === okCode && batch.took[i]! <= lane.limitUs;
    lastSecond = withSlot(cells, lastSecond, Math.floor(dueUs / 1e6), good);
    if (!good) {
      downSinceUs ??= dueUs;
      goodSinceUs = undefined;
    } else if (downSinceUs !== undefined) {
      goodSinceUs ??= dueUs + batch.late[i]!;
      if (dueUs - goodSinceUs < backForUs) continue;
      wasDownUs = goodSinceUs - downSinceUs;
      downSinceUs = undefined;
      goodSinceUs = undefined;
    }
  }
  return { ...lane, cells: cells.slice(-laneSeconds), lastSecond, downSinceUs, goodSinceUs, wasDownUs };
}

const roleNews: Partial<Record<EventOf<'role'>['role'], (instance: string) => string>> = {
  lost: (instance) => `${instance} is no longer the primary`,
  elected: (instance) => `${instance} elected as new primary`,
  primary: (instance) => `${instance} is primary`,
  routed: (instance) => `clients are routed to ${instance}`,
};

/** What a change of role means to somebody who watches; nothing before the fault. */
function withRole(state: LiveState, { instance, role }: EventOf<'role'>): LiveState {
  const word = state.faults.size > 0 ? roleNews[role]?.(instance) : undefined;
  if (!word || state.news.includes(word)) return state;
  return { ...state, news: [...state.news, word].slice(-newsKept) };
}

function step(state: LiveState, event: JournalEvent): LiveState {
  switch (event.kind) {
    case 'run':
      return { ...state, scenario: event.scenario.name, stack: event.stack };
    case 'stack':
      return { ...state, lanes: lanesOf(event.streams) };
    case 'prediction':
      return { ...state, predicted: { lowMs: event.lowMs, highMs: event.highMs } };
    case 'phase':
      return { ...state, phase: event.phase };
    case 'fault':
      return { ...state, faults: new Map(state.faults).set(event.id, event) };
    case 'role':
      return withRole(state, event);
    case 'probe':
      return {
        ...state,
        lanes: state.lanes.map((lane) => (lane.name === event.stream ? withProbe(lane, event) : lane)),
      };
    default:
      return state;
  }
}

/** The state after one more line of the journal. */
export const follow = (state: LiveState, event: JournalEvent): LiveState => ({
  ...step(state, event),
  lastUs: Math.max(state.lastUs, event.tUs),
});

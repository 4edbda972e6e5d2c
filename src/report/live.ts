/** A running drill on a terminal: a lane for each way in, one counter, what is happening and what comes next. */
import { printable } from '../printable.ts';
import type { Cell, LiveLane, LiveState } from './live-state.ts';
import { seconds } from './text.ts';

export interface LiveOptions {
  /** Now, µs on the run's clock. */
  readonly nowUs: number;
  /** Width of the terminal. */
  readonly columns: number;
  readonly color: boolean;
}

/** Whether colour may be used: a terminal that can, and nobody who asked for none (see no-color.org). */
export const colorAllowed = (env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean =>
  isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';

/** Bad stands taller than good, so that lanes can be read without colour. */
const cellSigns: Readonly<Record<Cell, string>> = { good: '▂', bad: '█', none: ' ' };
const colors = { green: 32, red: 31, yellow: 33, bold: 1, dim: 2 } as const;

const painted = (text: string, color: keyof typeof colors, { color: allowed }: LiveOptions): string =>
  allowed && text.trim() ? `\u001b[${colors[color]}m${text}\u001b[0m` : text;

/** `1:07`, minutes and seconds. */
const clockOf = (us: number): string => {
  const whole = Math.max(0, Math.floor(us / 1e6));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

/** How long a lane has been down, µs; undefined while it is up. */
const downFor = (lane: LiveLane, nowUs: number): number | undefined =>
  lane.downSinceUs === undefined ? undefined : Math.max(0, nowUs - lane.downSinceUs);

function laneState(lane: LiveLane, nowUs: number): string {
  const down = downFor(lane, nowUs);
  if (down !== undefined) return `down ${seconds(down)}`;
  return lane.wasDownUs === undefined ? 'up' : `up again after ${seconds(lane.wasDownUs)}`;
}

const stateWidth = 'up again after 123.4 s'.length;

/** The second that all lanes end with: their batches come one after the other, and one above the other is one moment. */
const newestSecondOf = ({ lanes }: LiveState, nowUs: number): number =>
  Math.max(Math.floor(nowUs / 1e6) - 1, ...lanes.map(({ lastSecond }) => lastSecond));

/** The lane's last seconds as runs of equal cells, so that each run is painted once. */
function strip(lane: LiveLane, newestSecond: number, width: number, options: LiveOptions): string {
  const missing = Math.min(60, Math.max(0, newestSecond - lane.lastSecond));
  const cells = [...lane.cells, ...Array.from({ length: missing }, (): Cell => 'none')].slice(-width);
  const signs = cells
    .map((cell) => cellSigns[cell])
    .join('')
    .padStart(width);
  return signs.replace(/▂+|█+/g, (run) => painted(run, run.startsWith('█') ? 'red' : 'green', options));
}

function laneLine(lane: LiveLane, nameWidth: number, newestSecond: number, options: LiveOptions): string {
  const width = Math.max(5, Math.min(60, options.columns - nameWidth - stateWidth - 4));
  const words = painted(laneState(lane, options.nowUs), lane.downSinceUs === undefined ? 'dim' : 'red', options);
  return `${lane.name.padEnd(nameWidth)}  ${strip(lane, newestSecond, width, options)}  ${words}`;
}

/** The time without writes as clients feel it: the pooler that has been down longest, or the direct way without one. */
function counter(state: LiveState, nowUs: number): string | undefined {
  const pooled = state.lanes.filter((lane) => lane.path === 'pooler');
  const downs = (pooled.length > 0 ? pooled : state.lanes)
    .map((lane) => downFor(lane, nowUs))
    .filter((us) => us !== undefined);
  return downs.length > 0 ? `writes down ${seconds(Math.max(...downs))}` : undefined;
}

/** `PgBouncer still waits`, once the server itself answers again. */
function waiting({ lanes }: LiveState): string | undefined {
  const direct = lanes.find((lane) => lane.path === 'direct');
  const held = lanes.filter((lane) => lane.path === 'pooler' && lane.downSinceUs !== undefined);
  if (!direct || direct.downSinceUs !== undefined || direct.wasDownUs === undefined || held.length === 0)
    return undefined;
  return `PgBouncer still waits (${held.map((lane) => lane.name).join(', ')})`;
}

const comesNext: Readonly<Record<NonNullable<LiveState['phase']>, string>> = {
  prepare: 'steady load, as a baseline',
  steady: 'the fault',
  fault: 'clients recover unaided, then the drill ends the fault',
  settle: 'every instance streams again, then the ledger is read back',
  verify: 'the verdict',
};

function happening(state: LiveState, options: LiveOptions): string {
  const faults = [...state.faults.values()].map(({ fault, target, step }) => `${fault} ${target} ${stepWords[step]}`);
  const down = counter(state, options.nowUs);
  const parts = [
    down && painted(down, 'bold', options),
    ...(state.news.length > 0 ? state.news : faults),
    waiting(state),
  ];
  return parts.filter(Boolean).join(' · ') || 'writes work';
}
export const stepWords = {
  inject: 'starting',
  effective: 'in force',
  heal: 'being undone',
  healed: 'undone',
} as const;

function predicted({ predicted: range, faults }: LiveState): string {
  return range && faults.size === 0
    ? ` (predicted outage ${seconds(range.lowMs * 1000)} to ${seconds(range.highMs * 1000)})`
    : '';
}

const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

/** Cuts a line at the terminal's width; a line that wraps would spoil the redrawing. Lines with colour fit by making. */
function fitted(line: string, columns: number): string {
  const shown = line.replace(escapes, '');
  return shown.length <= columns ? line : `${shown.slice(0, Math.max(0, columns - 1))}…`;
}

/** The same state with names that a terminal does not obey: they come from manifests, from a cluster and from servers. */
function withPrintableNames(state: LiveState): LiveState {
  const faults = [...state.faults].map(
    ([id, line]) => [id, { ...line, fault: printable(line.fault), target: printable(line.target) }] as const,
  );
  return {
    ...state,
    scenario: printable(state.scenario),
    stack: printable(state.stack),
    lanes: state.lanes.map((lane) => ({ ...lane, name: printable(lane.name) })),
    faults: new Map(faults),
    news: state.news.map(printable),
  };
}

/** The whole picture, several lines without a line break at the end. Pure: the caller redraws it. */
export function renderLive(watched: LiveState, options: LiveOptions): string {
  const state = withPrintableNames(watched);
  const nameWidth = Math.max(0, ...state.lanes.map((lane) => lane.name.length));
  const title = [state.scenario, state.stack, clockOf(options.nowUs), state.phase].filter(Boolean).join(' · ');
  const next = state.phase && painted(`next: ${comesNext[state.phase]}${predicted(state)}`, 'dim', options);
  const newest = newestSecondOf(state, options.nowUs);
  const lanes = state.lanes.map((lane) => laneLine(lane, nameWidth, newest, options));
  const lines = [title, ...lanes, happening(state, options), ...(next ? [next] : [])];
  return lines.map((line) => fitted(line, options.columns)).join('\n');
}

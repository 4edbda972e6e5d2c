/** A running drill where there is no terminal: one plain line for each thing worth knowing, for the log of a CI system. */
import type { EventOf, JournalEvent } from '../journal/event.ts';
import { stepWords } from './live.ts';
import type { LiveState } from './live-state.ts';
import { seconds } from './text.ts';

const faultLine = ({ fault, target, step, proof }: EventOf<'fault'>): string =>
  `${fault} ${target} ${stepWords[step]}${proof ? `: ${proof}` : ''}`;

const roleLine = ({ instance, role, observer, timeline }: EventOf<'role'>): string =>
  `${instance} is ${role} (seen by ${observer}${timeline === undefined ? '' : `, timeline ${timeline}`})`;

function wordsOf(event: JournalEvent): string | undefined {
  switch (event.kind) {
    case 'run':
      return `${event.scenario.name} on ${event.stack}, seed ${event.seed}: ${event.scenario.asks}`;
    case 'prediction':
      return `predicted outage ${seconds(event.lowMs * 1000)} to ${seconds(event.highMs * 1000)}`;
    case 'phase':
      return `phase ${event.phase}${event.note ? `: ${event.note}` : ''}`;
    case 'fault':
      return faultLine(event);
    case 'role':
      return roleLine(event);
    case 'note':
      return event.level === 'info' ? event.text : `${event.level}: ${event.text}`;
    case 'afterwards':
      return event.remarks.map(({ name, text }) => `${name}: ${text}`).join(' · ');
    case 'residue':
      return event.found.length > 0 ? `left behind: ${event.found.join(', ')}` : undefined;
    case 'end':
      return `the run ended: ${event.reason}${event.detail ? `, ${event.detail}` : ''}`;
    default:
      return undefined;
  }
}

/** `  20.0 s  crash pg-1 in force: 11 processes gone`; undefined for lines that come in masses. */
export function plainLine(event: JournalEvent): string | undefined {
  const words = wordsOf(event);
  return words === undefined ? undefined : `${seconds(event.tUs).padStart(9)}  ${words.replace(/\s+/g, ' ')}`;
}

/** What changed for clients between two states: a lane went down, or came up again. */
export function changeLines(before: LiveState, after: LiveState): string[] {
  return after.lanes.flatMap((lane) => {
    const old = before.lanes.find(({ name }) => name === lane.name);
    const wasDown = old?.downSinceUs !== undefined;
    const at = `${seconds(after.lastUs).padStart(9)}  `;
    if (!wasDown && lane.downSinceUs !== undefined) return [`${at}${lane.name} is down`];
    if (wasDown && lane.downSinceUs === undefined)
      return [`${at}${lane.name} is up again after ${seconds(lane.wasDownUs ?? 0)}`];
    return [];
  });
}

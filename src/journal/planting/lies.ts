/**
 * For tests: lies, each planted in a journal as somebody would who wants it to pass: an outage hidden in the probes, a fault
 * called another, seconds cut out. Unlike the catalogue's defects they alter what belongs together, so that no single line is
 * wrong. None may be judged a pass.
 */
import type { JournalEvent } from '../event.ts';
import type { Line, Planted } from './catalogue.ts';

type Change = (line: Line) => object | undefined;
type Numbers = readonly number[];

/** Changes lines where `change` gives another. */
const each = (lines: readonly Line[], change: Change): Line[] => lines.map((line) => (change(line) as Line) ?? line);
const ofKind =
  (kind: string, change: Change): Change =>
  (line) =>
    line.kind === kind ? change(line) : undefined;
const numbers = (line: Line, name: string): Numbers => line[name] as Numbers;

/** Every slot of a batch answered in 4 ms, by the server that answered others. */
function answered(line: Line, address: string): object {
  const servers = (line.servers as string[]).length > 0 ? (line.servers as string[]) : [address];
  const firstSlot = line.firstSlot as number;
  return {
    ...line,
    servers,
    late: numbers(line, 'late').map(() => 300),
    took: numbers(line, 'took').map(() => 4_000),
    outcome: numbers(line, 'outcome').map(() => 0),
    error: numbers(line, 'error').map(() => -1),
    server: numbers(line, 'server').map((index) => Math.max(0, index)),
    saw: numbers(line, 'saw').map((_, i) => firstSlot + i - 1),
  };
}

const timeFields = ['tUs', 'baseUs', 'fromUs', 'untilUs', 'beforeUs', 'afterUs', 'atUs'];
/** Cuts a stretch of time out and moves what follows up. */
function spliced(lines: readonly Line[], fromUs: number, untilUs: number): Line[] {
  const moved = (line: Line): Line => {
    const copy = { ...line };
    for (const field of timeFields)
      if (typeof copy[field] === 'number' && copy[field] >= fromUs) copy[field] -= untilUs - fromUs;
    return copy;
  };
  return lines
    .filter(({ tUs }) => tUs < fromUs || tUs >= untilUs)
    .map((line) => (line.tUs >= untilUs ? moved(line) : line));
}

interface Stack {
  readonly instances: readonly { readonly name: string; readonly address: string }[];
  readonly poolers: readonly string[];
}

/** Every such lie of this journal. */
export function liesOf(events: readonly JournalEvent[]): Planted[] {
  const lines = events.map(({ seq: _seq, ...rest }) => rest as unknown as Line);
  const stack = lines.find(({ kind }) => kind === 'stack') as unknown as Stack;
  const steadyUs = lines.find(({ kind, phase }) => kind === 'phase' && phase === 'steady')!.tUs;
  const lateUs = steadyUs + 0.9 * (lines.findLast(({ kind }) => kind === 'op')!.tUs - steadyUs);
  const fault = lines.find(({ kind }) => kind === 'fault');
  const lie = (name: string, change: Change): Planted => ({ name, lines: () => each(lines, change) });
  const address = stack.instances[0]!.address;
  const other = (of: string): string => stack.instances.find((one) => one.address !== of)!.address;
  const acknowledged = (line: Line, row: number): boolean => numbers(line, 'outcome')[row]! <= 1;
  return [
    lie(
      'an outage hidden in all probes',
      ofKind('probe', (line) => answered(line, address)),
    ),
    lie(
      'writes by another instance',
      ofKind('op', (line) => ({ ...line, servers: (line.servers as string[]).map(other) })),
    ),
    lie(
      'writes in a µs',
      ofKind('op', (line) => ({
        ...line,
        done: numbers(line, 'done').map((us, row) => (acknowledged(line, row) ? numbers(line, 'sent')[row]! + 1 : us)),
      })),
    ),
    lie(
      'writes on the next timeline',
      ofKind('op', (line) => ({
        ...line,
        timeline: numbers(line, 'timeline').map((one) => (one > 0 ? one + 1 : one)),
      })),
    ),
    lie(
      'the WAL ten times further in the end',
      ofKind('op', (line) =>
        line.tUs > lateUs ? { ...line, lsn: numbers(line, 'lsn').map((lsn) => lsn * 10) } : undefined,
      ),
    ),
    lie(
      'an acknowledged row gone from all ledgers',
      ofKind('ledger', (line) => {
        const [worker, ranges] = Object.entries(line.workers as Record<string, [number, number][]>)[0]!;
        const shorter = ranges.map(([from, to], i) => [from, i === ranges.length - 1 ? to - 1 : to]);
        return {
          ...line,
          rows: (line.rows as number) - 1,
          workers: { ...(line.workers as object), [worker]: shorter },
        };
      }),
    ),
    lie(
      'no history in any ledger',
      ofKind('ledger', (line) => ({ ...line, forks: [] })),
    ),
    lie(
      'connections through a stranger',
      ofKind('connect', (line) => ({ ...line, paths: (line.paths as string[]).map(() => 'elsewhere') })),
    ),
    lie(
      'a copy for the probes of the last pooler',
      ((last) =>
        ofKind('probe', (line) =>
          line.stream === last ? { ...line, took: numbers(line, 'took').map(() => 1) } : undefined,
        ))(stack.poolers.at(-1)),
    ),
    { name: 'five seconds cut out early', lines: () => spliced(lines, steadyUs + 3e6, steadyUs + 8e6) },
    lie(
      'a look for residue at something else',
      ofKind('residue', (line) => ({ ...line, checked: ['x'], hosts: undefined })),
    ),
    lie(
      'a stall that ended before it began',
      ofKind('role', (line) => ({ ...line, kind: 'stall', source: 'probes', fromUs: line.tUs, untilUs: 0 })),
    ),
    lie(
      'an end with a remark',
      ofKind('end', (line) => ({ ...line, detail: 'the drill threw' })),
    ),
    ...(fault
      ? [
          lie(
            'a fault that ended on schedule',
            ofKind('fault', (line) => ({ ...line, scheduled: true })),
          ),
          lie(
            'a fault of a stranger',
            ofKind('fault', (line) => ({ ...line, target: 'elsewhere' })),
          ),
          lie(
            'a fault 5 s later than it was',
            ofKind('fault', (line) => ({
              ...line,
              beforeUs: (line.beforeUs as number) + 5e6,
              afterUs: (line.afterUs as number) + 5e6,
            })),
          ),
          { name: 'no fault', lines: () => lines.filter(({ kind, phase }) => kind !== 'fault' && phase !== 'fault') },
          {
            name: 'the seconds after the fault cut out',
            lines: () => spliced(lines, fault.tUs + 1e5, fault.tUs + 10e6),
          },
        ]
      : []),
  ];
}

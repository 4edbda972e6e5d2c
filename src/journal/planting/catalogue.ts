/**
 * For tests: defects planted in a journal, one at a time, by a catalogue that knows no case. Each kind of line is left out,
 * doubled, turned round and shifted in time; each column of a batch and each field of a line is altered.
 *
 * A journal whose evidence was spoilt must not be judged a pass; what still passes has to be shown to be harmless
 * (`src/measure/harmless.ts`).
 */
import type { JournalEvent } from '../event.ts';
import { rowsOf } from '../event.ts';

/** A line of the journal as JSON: planting breaks its types on purpose. */
export type Line = Record<string, unknown> & { kind: string; tUs: number };

export interface Planted {
  /** `drop the middle half of probe pooler-1`: the same name in every journal that has such lines. */
  readonly name: string;
  /** The lines of the spoilt journal, not yet numbered. */
  readonly lines: () => Line[];
}

/** What distinguishes lines of one kind: the step of a fault, the stream of a batch of probes. */
const tellApart = ['step', 'phase', 'observer', 'stream', 'event', 'pooler', 'role', 'level', 'outcome'] as const;

/** Names that differ from run to run are numbered in the order in which they appear. */
function groupsOf(lines: readonly Line[]): Map<string, Line[]> {
  return Map.groupBy(lines, (line) => {
    const parts = tellApart.flatMap((field) => (typeof line[field] === 'string' ? [line[field]] : []));
    const who = line.kind === 'replica' || line.kind === 'ledger' || line.kind === 'role' ? [] : sourceOf(line);
    return [line.kind, ...who, ...parts].join(' ');
  });
}

const sourceOf = ({ kind, source }: Line): string[] =>
  kind === 'generator' || kind === 'poollog' ? [String(source)] : [];

const middleOf = (some: readonly Line[]): Line => some[some.length >> 1]!;
/** A batch from after the recovery, where most rows are good. */
const lateOf = (some: readonly Line[]): Line => some[Math.floor((some.length * 7) / 8)]!;
const without = (lines: readonly Line[], gone: ReadonlySet<Line>): Line[] => lines.filter((line) => !gone.has(line));
const replaced = (lines: readonly Line[], by: ReadonlyMap<Line, Line>): Line[] =>
  lines.map((line) => by.get(line) ?? line);
const timeFields = ['tUs', 'baseUs', 'fromUs', 'untilUs', 'beforeUs', 'afterUs', 'atUs'];

const shifted = (line: Line, byUs: number): Line => {
  const copy = { ...line };
  for (const field of timeFields)
    if (typeof copy[field] === 'number') copy[field] = Math.max(0, (copy[field] as number) + byUs);
  return copy;
};

/** Changes of a group of lines as lines. */
const ofLines: Readonly<Record<string, (lines: readonly Line[], group: readonly Line[]) => Line[]>> = {
  'drop all of': (lines, group) => without(lines, new Set(group)),
  'drop the first of': (lines, group) => without(lines, new Set(group.slice(0, 1))),
  'drop the last of': (lines, group) => without(lines, new Set(group.slice(-1))),
  'drop the middle of': (lines, group) => without(lines, new Set([middleOf(group)])),
  'drop the middle half of': (lines, group) =>
    without(lines, new Set(group.slice(group.length >> 2, group.length - (group.length >> 2)))),
  'drop the second half of': (lines, group) => without(lines, new Set(group.slice(group.length >> 1))),
  'drop the first half of': (lines, group) => without(lines, new Set(group.slice(0, group.length >> 1))),
  'drop every second of': (lines, group) => without(lines, new Set(group.filter((_, i) => i % 2 === 1))),
  double: (lines, group) => lines.flatMap((line) => (line === middleOf(group) ? [line, { ...line }] : [line])),
  'double all of': (lines, group) => {
    const of = new Set(group);
    return lines.flatMap((line) => (of.has(line) ? [line, { ...line }] : [line]));
  },
  'turn round': (lines, group) => replaced(lines, new Map(group.map((line, i) => [line, group.at(-1 - i)!]))),
  'put at the end': (lines, group) => [...without(lines, new Set(group)), ...group],
  'put at the beginning': (lines, group) => {
    const [header, ...rest] = without(lines, new Set(group));
    return [header!, ...group, ...rest];
  },
  'shift by 5 s': (lines, group) => replaced(lines, new Map(group.map((line) => [line, shifted(line, 5e6)]))),
  'shift by −5 s': (lines, group) => replaced(lines, new Map(group.map((line) => [line, shifted(line, -5e6)]))),
  'shift one by 30 s': (lines, group) => replaced(lines, new Map([[middleOf(group), shifted(middleOf(group), 30e6)]])),
  'shift one by −30 s': (lines, group) =>
    replaced(lines, new Map([[middleOf(group), shifted(middleOf(group), -30e6)]])),
};

/** Other values of a field or of the entries of a column. */
function othersThan(value: unknown, name = ''): readonly (readonly [what: string, other: unknown])[] {
  if (typeof value === 'boolean') return [['flipped', !value]];
  // Times are shifted with their line; a µs more is nothing.
  if (typeof value === 'number' && /Us$/.test(name))
    return [
      ['0', 0],
      ['10 s later', value + 10e6],
      ['10 s earlier', Math.max(0, value - 10e6)],
    ];
  if (typeof value === 'number')
    return [
      ['0', 0],
      ['one more', value + 1],
      ['one less', value - 1],
      ['doubled', value * 2 + 5],
      ['−1', -1],
    ];
  if (typeof value === 'string')
    return [
      ['empty', ''],
      ['another', 'another'],
    ];
  if (Array.isArray(value))
    return [
      ['empty', []],
      ['without its first', value.slice(1)],
      ['without its last', value.slice(0, -1)],
      ['with its first twice', value.length > 0 ? [value[0], ...value] : [[0, 0, 2]]],
      ['turned round', [...value].reverse()],
    ];
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value);
    return [
      ['empty', {}],
      ['without its first', Object.fromEntries(entries.slice(1))],
    ];
  }
  return [];
}

const batchKinds: ReadonlySet<string> = new Set(['op', 'probe', 'connect']);
const untouched: ReadonlySet<string> = new Set(['seq', 'kind', 'n', 'errors', 'servers', 'paths']);

/** Every defect that the catalogue has for this journal, and that changes it. */
export function* planted(events: readonly JournalEvent[]): Generator<Planted> {
  const before = events.map(({ seq: _seq, ...rest }) => rest as unknown as Line);
  for (const defect of catalogue(before)) {
    const after = defect.lines();
    const isSame = (line: Line, i: number): boolean =>
      line === before[i] || JSON.stringify(line) === JSON.stringify(before[i]);
    if (after.length !== before.length || !after.every(isSame)) yield { ...defect, lines: () => after };
  }
}

function* catalogue(lines: readonly Line[]): Generator<Planted> {
  for (const [group, some] of groupsOf(lines)) {
    for (const [what, change] of Object.entries(ofLines)) {
      if (some.length === 1 && !/^(drop all|double$|shift by|put)/.test(what)) continue;
      yield { name: `${what} ${group}`, lines: () => change(lines, some) };
    }
    yield* batchKinds.has(some[0]!.kind) ? columns(lines, group, some) : fields(lines, group, some);
  }
}

/** Each field of all lines of the group, and of its last line alone. */
function* fields(lines: readonly Line[], group: string, some: readonly Line[]): Generator<Planted> {
  const names = new Set(some.flatMap((line) => Object.keys(line)).filter((name) => !untouched.has(name)));
  for (const name of names) {
    const change = (of: readonly Line[], other: (line: Line) => Line): (() => Line[]) => {
      return () => replaced(lines, new Map(of.map((line) => [line, other(line)])));
    };
    const removed = ({ [name]: _gone, ...rest }: Line): Line => rest as Line;
    yield { name: `${group}: no ${name}`, lines: change(some, removed) };
    const sample = some.find((line) => line[name] !== undefined)!;
    for (const [i, [what]] of othersThan(sample[name], name).entries()) {
      const altered = (line: Line): Line => {
        const other = othersThan(line[name], name)[i];
        return other ? { ...line, [name]: other[1] } : line;
      };
      yield { name: `${group}: ${name} ${what}`, lines: change(some, altered) };
      if (some.length > 1)
        yield { name: `${group}: ${name} ${what}, in the last`, lines: change(some.slice(-1), altered) };
    }
    const nested = sample[name];
    if (nested !== null && typeof nested === 'object' && !Array.isArray(nested) && some.length === 1)
      yield* nestedFields(lines, `${group}: ${name}`, some[0]!, name);
  }
}

/** A record of forty workers is much of one kind. */
const nestedMost = 12;

function* nestedFields(lines: readonly Line[], group: string, line: Line, name: string): Generator<Planted> {
  const nested = line[name] as Record<string, unknown>;
  for (const [key, value] of Object.entries(nested).slice(0, nestedMost))
    for (const [what, other] of othersThan(value, key)) {
      const altered = { ...line, [name]: { ...nested, [key]: other } };
      yield { name: `${group}.${key} ${what}`, lines: () => replaced(lines, new Map([[line, altered]])) };
    }
}

/** Each column of all batches of the group, of the second half of them, and a row that is left out. */
function* columns(lines: readonly Line[], group: string, some: readonly Line[]): Generator<Planted> {
  const isColumn = ([name, value]: [string, unknown]): boolean =>
    Array.isArray(value) && value.every((one) => typeof one === 'number') && !untouched.has(name);
  const names = [
    ...new Set(
      some.flatMap((line) =>
        Object.entries(line)
          .filter(isColumn)
          .map(([name]) => name),
      ),
    ),
  ];
  const over = (of: readonly Line[], name: string, to: (values: readonly number[]) => readonly number[]) => () =>
    replaced(lines, new Map(of.map((line) => [line, { ...line, [name]: to(line[name] as number[]) }])));
  const changes: Readonly<Record<string, (values: readonly number[]) => readonly number[]>> = {
    'all 0': (values) => values.map(() => 0),
    'all 1': (values) => values.map(() => 1),
    'all −1': (values) => values.map(() => -1),
    'all its first': (values) => values.map(() => values[0]!),
    'one more': (values) => values.map((value) => value + 1),
    'turned round': (values) => [...values].reverse(),
    doubled: (values) => values.map((value) => value * 2),
    'a second more': (values) => values.map((value) => value + 1e6),
  };
  for (const name of names)
    for (const [what, to] of Object.entries(changes)) {
      yield { name: `${group}: column ${name} ${what}`, lines: over(some, name, to) };
      yield {
        name: `${group}: column ${name} ${what}, second half`,
        lines: over(some.slice(some.length >> 1), name, to),
      };
      yield { name: `${group}: column ${name} ${what}, one batch`, lines: over([lateOf(some)], name, to) };
    }
  const shorter = (line: Line): Line => ({
    ...line,
    n: (line.n as number) - 1,
    ...Object.fromEntries(names.map((name) => [name, (line[name] as number[]).slice(0, -1)])),
  });
  const large = some.filter(({ n }) => (n as number) > 1);
  yield {
    name: `${group}: a row less in each batch`,
    lines: () => replaced(lines, new Map(large.map((line) => [line, shorter(line)]))),
  };
  yield {
    name: `${group}: servers another`,
    lines: () =>
      replaced(
        lines,
        new Map(
          some.map((line) => [
            line,
            { ...line, ...(Array.isArray(line.servers) && { servers: line.servers.map(() => '10.9.9.9') }) },
          ]),
        ),
      ),
  };
}

/** Numbers the lines as a journal does. */
export function numbered(lines: readonly Line[]): JournalEvent[] {
  let seq = 0;
  return lines.map((line) => {
    const event = { seq, ...line } as unknown as JournalEvent;
    seq += rowsOf(event);
    return event;
  });
}

/** Names of WAL files and what is missing among them. Source: PostgreSQL, src/include/access/xlog_internal.h. */

/** Segments of 16 MB, as initdb makes them: 256 of them share the middle part of their names. */
const segmentBytes = 16 * 1024 * 1024;
const perLog = 2 ** 32 / segmentBytes;

export interface Segment {
  readonly timeline: number;
  /** Counted from the beginning of all WAL. */
  readonly number: number;
}

/** Reads `000000010000000000000003`; undefined for other files (`.history`, `.partial`, `.backup`). */
export function parseSegment(name: string): Segment | undefined {
  const [, timeline, log, segment] = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/.exec(name) ?? [];
  if (!timeline) return undefined;
  return {
    timeline: Number.parseInt(timeline, 16),
    number: Number.parseInt(log!, 16) * perLog + Number.parseInt(segment!, 16),
  };
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');

export const segmentName = ({ timeline, number }: Segment): string =>
  `${hex(timeline)}${hex(Math.floor(number / perLog))}${hex(number % perLog)}`;

/** Of all files of an archive: the last segment of each timeline, and the history files; in order. */
export function newestFiles(names: readonly string[]): string[] {
  const segments = names.filter((name) => parseSegment(name) !== undefined).sort();
  const last = new Map(segments.map((name) => [name.slice(0, 8), name]));
  return [...last.values(), ...names.filter((name) => /^[0-9A-F]{8}\.history$/.test(name))].sort();
}

/** The segment that holds a byte position. */
export const segmentAt = (timeline: number, lsn: number): Segment => ({
  timeline,
  number: Math.floor(lsn / segmentBytes),
});

/** The byte position behind the last byte of a segment. */
export const segmentEnd = ({ number }: Segment): number => (number + 1) * segmentBytes;

/**
 * Segments that a recovery from `beginWal` on will miss: gaps before the last segment of each timeline in the archive.
 * A timeline goes on in the segment in which its parent ended, and a parent's last segment is complete or `.partial`.
 * @param names all files of the archive
 */
export function missingSegments(names: readonly string[], beginWal: string): string[] {
  const begin = parseSegment(beginWal);
  if (!begin) throw new Error(`${beginWal} is not the name of a WAL segment`);
  const segments = names.map((name) => parseSegment(name)).filter((segment) => segment !== undefined);
  const timelines = [...new Set([begin.timeline, ...segments.map(({ timeline }) => timeline)])].sort((a, b) => a - b);
  const missing: string[] = [];
  for (const timeline of timelines.filter((one) => one >= begin.timeline)) {
    const numbers = new Set(segments.filter((one) => one.timeline === timeline).map(({ number }) => number));
    const next = timelines.find((one) => one > timeline);
    // A timeline that was left behind needs its segments up to the one before the first of the next.
    const first = timeline === begin.timeline ? begin.number : Math.max(begin.number, Math.min(...numbers));
    const last = next === undefined ? Math.max(first, ...numbers) : firstOf(segments, next) - 1;
    for (let number = first; number <= last; number++)
      if (!numbers.has(number)) missing.push(segmentName({ timeline, number }));
  }
  return missing;
}

const firstOf = (segments: readonly Segment[], timeline: number): number =>
  Math.min(...segments.filter((one) => one.timeline === timeline).map(({ number }) => number));

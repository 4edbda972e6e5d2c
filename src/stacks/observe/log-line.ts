/** Lines of logs with the time at which each was written, on the journal's clock. */

/** A line of a log whose time stamp was read. */
export interface LogLine {
  readonly atNs: bigint;
  readonly text: string;
}

/** `2026-11-22 17:05:07.984 UTC …`: what PgBouncer and PostgreSQL write, to the millisecond. */
const stamp = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC /;

/** The lines that carry a time; those that continue another carry none. */
export function parseLines(text: string, offsetNs: bigint): LogLine[] {
  return text.split('\n').flatMap((line) => {
    const [whole, day, time] = stamp.exec(line) ?? [];
    if (!whole) return [];
    const wallMs = Date.parse(`${day}T${time}Z`);
    return [{ atNs: BigInt(wallMs) * 1_000_000n + offsetNs, text: line.slice(whole.length) }];
  });
}

/** What is added to a wall clock reading in ns to get one of `process.hrtime`. Taken again each time, because wall clocks are set. */
export function wallToMonotonicNs(): bigint {
  return process.hrtime.bigint() - BigInt(Date.now()) * 1_000_000n;
}

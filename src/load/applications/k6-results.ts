/** What k6 writes with `--out json`, as lines of the journal. Format: https://grafana.com/docs/k6/latest/results-output/real-time/json/ */
import type { Draft } from '../../journal/event.ts';
import { Texts } from '../writers/batch.ts';

/** One request that k6 saw the end of. */
interface Point {
  readonly metric: string;
  readonly type: string;
  readonly data: {
    /** Of its end, wall clock. */
    readonly time: string;
    /** ms, from the first byte sent to the last received; without the time for a connection. */
    readonly value: number;
    readonly tags?: { readonly status?: string; readonly name?: string; readonly error?: string };
  };
}

export interface K6Clock {
  /** What is added to a wall-clock time, µs since 1970, to have the run's clock. */
  readonly offsetUs: number;
  /** Requests that ended later were cut off with the script: nothing is known of them. */
  readonly stoppedUs: number;
}

const rowsOfALine = 5_000;

/** @param text the file, whose last line may be cut */
export function k6Drafts(text: string, { offsetUs, stoppedUs }: K6Clock): Draft<'request'>[] {
  const rows = text
    .split('\n')
    .filter((line) => line.includes('"http_req_duration"') && line.includes('"Point"') && line.endsWith('}'))
    .map((line) => rowOf(JSON.parse(line) as Point, offsetUs))
    .filter(({ startUs, tookUs }) => startUs + tookUs <= stoppedUs)
    .sort((a, b) => a.startUs - b.startUs);
  const drafts: Draft<'request'>[] = [];
  for (let from = 0; from < rows.length; from += rowsOfALine)
    drafts.push(draftOf(rows.slice(from, from + rowsOfALine), stoppedUs));
  return drafts;
}

const rowOf = ({ data: { time, value, tags = {} } }: Point, offsetUs: number) => {
  const tookUs = Math.round(value * 1000);
  return {
    startUs: wallUs(time) + offsetUs - tookUs,
    tookUs,
    status: Number(tags.status ?? 0),
    name: tags.name ?? '',
    error: tags.error || undefined,
  };
};

/** `2026-11-22T23:00:00.123456789Z`; `Date` has whole ms only. */
function wallUs(time: string): number {
  const [, fraction = ''] = /\.(\d+)/.exec(time) ?? [];
  return Math.floor(Date.parse(time) / 1000) * 1e6 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

function draftOf(rows: readonly ReturnType<typeof rowOf>[], tUs: number): Draft<'request'> {
  const baseUs = rows[0]!.startUs;
  const names = new Texts();
  const errors = new Texts();
  return {
    kind: 'request',
    tUs,
    source: 'k6',
    n: rows.length,
    baseUs,
    name: rows.map(({ name }) => names.index(name)),
    names: names.list,
    start: rows.map(({ startUs }) => startUs - baseUs),
    took: rows.map(({ tookUs }) => tookUs),
    status: rows.map(({ status }) => status),
    error: rows.map(({ error }) => errors.index(error)),
    errors: errors.list,
  };
}

/** A journal of any length with a failover in its middle, written as a run would write it: for benchmarks only. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type Draft, type EventOf, type JournalEvent, rowsOf } from '../src/journal/event.ts';
import { type SyntheticOptions, synthetic } from '../src/journal/synthetic.ts';
import { type OpRow, opDraft, probeDraft, type SlotRow } from '../src/load/writers/batch.ts';

const perSecond = 5_000;
const workers = 40;
const batchUs = 250_000;
const stepUs = 10_000;
const outageUs = 20_000_000;
const streams = ['direct', 'pooler-1', 'pooler-2'];

/** @returns the seconds that the journal covers */
export async function writeLongJournal(path: string, operations: number): Promise<number> {
  const seconds = Math.ceil(operations / perSecond);
  const file = createWriteStream(path);
  let seq = 0;
  const write = async (draft: Draft): Promise<void> => {
    const event = { ...draft, seq } as JournalEvent;
    seq += rowsOf(event);
    if (!file.write(`${JSON.stringify(event)}\n`)) await once(file, 'drain');
  };
  const frame = frameOf(seconds);
  for (const draft of frame.before) await write(draft);
  for (let fromUs = 0; fromUs < seconds * 1e6; fromUs += batchUs) {
    for (const draft of frame.within.filter(({ tUs }) => tUs >= fromUs && tUs < fromUs + batchUs)) await write(draft);
    for (const draft of batches(fromUs, operations, frame.downUs)) await write(draft);
  }
  await write(ledgerOf(operations, frame.downUs));
  for (const draft of frame.after) await write(draft);
  file.end();
  await finished(file);
  return seconds;
}

/** Everything but load and probes: told by the synthetic journal of the same length, without its high-rate lines. */
function frameOf(seconds: number) {
  const middle = Math.floor(seconds / 2);
  const options: SyntheticOptions = { seconds, limits: { writeOutageMs: { max: 30_000 } } };
  const told = synthetic(options)
    .fault('crash', { at: middle, heal: middle + 60 })
    .role(middle + 18, 'platform', 'pg-1', 'lost')
    .role(middle + 18.5, 'platform', 'pg-2', 'elected')
    .role(middle + 19, 'sql', 'pg-2', 'primary', 2)
    .residue()
    .end()
    .events();
  const [header, stack, ...rest] = told as [JournalEvent, Extract<JournalEvent, { kind: 'stack' }>, ...JournalEvent[]];
  const paths = { direct: 'direct' } as Readonly<Record<string, 'direct'>>;
  const described = streams.map((name) => {
    return { name, path: paths[name] ?? ('pooler' as const), fresh: false, stepUs, limitUs: 1_000_000 };
  });
  return {
    before: [header, { ...stack, streams: described, poolers: streams.slice(1) }],
    within: rest.filter(({ tUs }) => tUs < seconds * 1e6),
    after: rest.filter(({ tUs }) => tUs >= seconds * 1e6),
    downUs: [middle * 1e6, middle * 1e6 + outageUs] as const,
  };
}

/** What was acknowledged is there. The outage begins and ends with the first worker's turn. */
function ledgerOf(operations: number, down: readonly [number, number]): Draft<'ledger'> {
  const opAt = (us: number): number => ((us / 1e6) * perSecond) / workers;
  const ranges: EventOf<'ledger'>['workers'] = {};
  let rows = 0;
  for (let worker = 0; worker < workers; worker++) {
    const last = Math.floor((operations - 1 - worker) / workers);
    ranges[worker] = [
      [0, opAt(down[0]) - 1],
      [opAt(down[1]), last],
    ];
    rows += last + 1 - (opAt(down[1]) - opAt(down[0]));
  }
  const forks = [{ timeline: 2, lsn: 0x3000000 + opAt(down[1]) * workers * 256 }];
  const tUs = (operations / perSecond) * 1e6;
  return {
    kind: 'ledger',
    tUs,
    instance: 'pg-2',
    role: 'primary',
    timeline: 2,
    forks,
    rows,
    workers: ranges,
    duplicates: [],
  };
}

function* batches(fromUs: number, operations: number, down: readonly [number, number]): Generator<Draft> {
  const isDown = (us: number): boolean => us >= down[0] && us < down[1];
  const first = (fromUs / 1e6) * perSecond;
  const n = Math.min((batchUs / 1e6) * perSecond, operations - first);
  const timeline = fromUs >= down[1] ? 2 : 1;
  const rows = Array.from({ length: Math.max(0, n) }, (_, i): OpRow => opRow(first + i, isDown, timeline));
  if (rows.length > 0) yield opDraft(rows, fromUs + batchUs);
  for (const stream of streams) {
    const slots = Array.from({ length: batchUs / stepUs }, (_, i) => slotRow(fromUs + i * stepUs, isDown));
    yield probeDraft(stream, stepUs, slots, fromUs + batchUs);
  }
}

/** Service times differ from write to write, so that quantiles and extremes have something to show. */
function opRow(i: number, isDown: (us: number) => boolean, timeline: number): OpRow {
  const dueUs = Math.round((i * 1e6) / perSecond);
  const key = {
    worker: i % workers,
    op: Math.floor(i / workers),
    request: Math.floor(i / workers),
    dueUs,
    lateUs: i % 90,
  };
  const tookUs = 1_500 + ((i * 7919) % 4_000) + (i % 99_991 === 0 ? 400_000 : 0);
  if (isDown(dueUs)) {
    const error = '08P01 server login has been failing';
    return {
      ...key,
      sentUs: dueUs + 90,
      doneUs: dueUs + 300,
      outcome: 'failed',
      error,
      server: undefined,
      timeline: 0,
      lsn: 0,
    };
  }
  const server = `198.18.0.2${timeline}`;
  const lsn = 0x3000000 + i * 256;
  return { ...key, sentUs: dueUs + 90, doneUs: dueUs + tookUs, outcome: 'ok', error: undefined, server, timeline, lsn };
}

function slotRow(dueUs: number, isDown: (us: number) => boolean): SlotRow {
  const slot = dueUs / stepUs;
  const base = { slot, dueUs, startUs: dueUs + 60, doneUs: dueUs + 1_200, saw: slot - 1 };
  if (isDown(dueUs)) return { ...base, outcome: 'failed', error: 'ECONNREFUSED', server: undefined, saw: -1 };
  return { ...base, outcome: 'ok', error: undefined, server: '198.18.0.21' };
}

import { expect } from 'chai';
import type { Draft, Stream } from '../../journal/event.ts';
import { probeDraft, type SlotRow } from '../writers/batch.ts';
import { createTracker, type Tracker } from './tracker.ts';

const stream = (name: string, path: Stream['path'], fresh = false): Stream => ({
  name,
  path,
  fresh,
  stepUs: 10_000,
  limitUs: 1_000_000,
});
const streams = [
  stream('pooler-1', 'pooler'),
  stream('direct', 'direct'),
  stream('readonly', 'readonly'),
  stream('pooler-1-fresh', 'pooler', true),
];

/** Slots from `fromMs` on, `n` of them, one each 10 ms. */
const slots = (name: string, fromMs: number, n: number, outcome: SlotRow['outcome']): Draft<'probe'> =>
  probeDraft(
    name,
    10_000,
    Array.from({ length: n }, (_, i) => {
      const dueUs = fromMs * 1000 + i * 10_000;
      const row = { slot: i, dueUs, startUs: dueUs, doneUs: dueUs + 500, server: undefined, saw: -1 };
      return { ...row, outcome, error: outcome === 'ok' ? undefined : 'ECONNREFUSED' };
    }),
    0,
  );

describe('the tracker', () => {
  let tracker: Tracker;
  beforeEach(() => {
    tracker = createTracker(streams);
  });

  it('knows nothing before the first slot', () => {
    expect(tracker.goodForMs()).to.equal(0);
    expect(tracker.streams().map(({ up }) => up)).to.deep.equal([undefined, undefined, undefined, undefined]);
  });

  it('counts from the last stream that came back', () => {
    tracker.see(slots('pooler-1', 0, 100, 'failed'));
    tracker.see(slots('pooler-1', 1000, 900, 'ok'));
    tracker.see(slots('direct', 0, 1000, 'ok'));
    expect(tracker.goodForMs()).to.equal(9_000);
  });

  it('starts again at every bad slot of a writing stream', () => {
    for (const name of ['pooler-1', 'direct']) tracker.see(slots(name, 0, 1000, 'ok'));
    expect(tracker.goodForMs()).to.equal(10_000);
    tracker.see(slots('direct', 10_000, 1, 'timeout'));
    expect(tracker.goodForMs()).to.equal(0);
    tracker.see(slots('direct', 10_010, 50, 'ok'));
    expect(tracker.goodForMs()).to.equal(500);
  });

  it('is disturbed until every writing stream has been good for long enough since its last bad slot', () => {
    for (const name of ['pooler-1', 'direct']) tracker.see(slots(name, 0, 100, 'ok'));
    tracker.see(slots('readonly', 0, 100, 'failed'));
    expect(tracker.isDisturbed(10_000), 'nothing was bad, however short').to.equal(false);
    tracker.see(slots('pooler-1', 1_000, 1, 'failed'));
    expect(tracker.isDisturbed(10_000)).to.equal(true);
    tracker.see(slots('pooler-1', 1_010, 999, 'ok'));
    expect(tracker.isDisturbed(10_000)).to.equal(true);
    tracker.see(slots('pooler-1', 11_000, 1, 'ok'));
    expect(tracker.isDisturbed(10_000)).to.equal(false);
  });

  it('does not count what was good before the fault', () => {
    for (const name of ['pooler-1', 'direct']) tracker.see(slots(name, 0, 2000, 'ok'));
    expect(tracker.goodForMs(15_000_000)).to.equal(5_000);
    expect(tracker.goodForMs(25_000_000)).to.equal(0);
  });

  it('waits for streams that write with a kept connection, and for no others', () => {
    for (const name of ['pooler-1', 'direct']) tracker.see(slots(name, 0, 100, 'ok'));
    for (const name of ['readonly', 'pooler-1-fresh']) tracker.see(slots(name, 0, 100, 'failed'));
    expect(tracker.goodForMs()).to.equal(1_000);
  });

  it('reports since when a stream is up or down', () => {
    tracker.see(slots('direct', 0, 100, 'ok'));
    tracker.see(slots('direct', 1000, 3, 'failed'));
    const direct = tracker.streams().find((state) => state.stream.name === 'direct');
    expect(direct).to.include({ up: false, sinceUs: 1_000_000, lastUs: 1_020_000 });
  });

  it('counts writes by outcome, and passes over other lines', () => {
    const row = { worker: [0, 0, 0, 0], op: [0, 1, 2, 3], due: [0, 0, 0, 0], late: [0, 0, 0, 0], sent: [0, 0, 0, 0] };
    const rest = { done: [1, 1, 1, 1], error: [-1, -1, -1, -1], server: [0, 0, 0, 0], timeline: [1, 1, 1, 1] };
    tracker.see({
      ...{ kind: 'op', tUs: 0, n: 4, baseUs: 0, ...row, ...rest },
      ...{ outcome: [0, 0, 1, 3], errors: [], servers: ['a'], lsn: [0, 0, 0, 0] },
    });
    tracker.see({ kind: 'phase' });
    expect(tracker.writes).to.deep.equal({ ok: 2, okLocal: 1, failed: 0, unknown: 1 });
  });
});

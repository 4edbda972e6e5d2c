import { expect } from 'chai';
import type { ClientRow } from './protocol.ts';
import { Requests } from './rows.ts';

const laterUs = 60_000_000;

describe('the requests of a client program', () => {
  const requests = (): Requests => {
    const made = new Requests({ firstWorker: 10_000, workers: 2, ratePerSecond: 10 });
    made.start(1_000_000);
    return made;
  };
  /** Request 4 of all: worker 0, op 2, due 0.4 s after the start. */
  const row = (change: Partial<Record<number, unknown>> = {}): ClientRow => {
    const good = [10_000, 2, 1_400_000, 1_400_100, 1_405_000, 0, null, null, '10.0.0.1', '1/A0', '0000000B'];
    return good.map((value, i) => (i in change ? change[i] : value)) as unknown as ClientRow;
  };
  const fault = (change: Partial<Record<number, unknown>>, nowUs = laterUs): string => {
    try {
      requests().take(row(change), nowUs);
      return 'none';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('are due one after another, the workers in turn', () => {
    const made = requests();
    expect([made.dueUs(0, 0), made.dueUs(1, 0), made.dueUs(0, 1)]).to.deep.equal([1_000_000, 1_100_000, 1_200_000]);
    expect([999_999, 1_000_000, 1_099_999, 1_100_000].map((us) => made.dueBy(us))).to.deep.equal([0, 1, 1, 2]);
  });

  it('become writes of the journal', () => {
    expect(requests().take(row(), laterUs)).to.deep.equal({
      ...{ worker: 10_000, op: 2, request: 2, dueUs: 1_400_000, lateUs: 0, sentUs: 1_400_100, doneUs: 1_405_000 },
      ...{ outcome: 'ok', error: undefined, server: '10.0.0.1', timeline: 11, lsn: 2 ** 32 + 0xa0 },
    });
  });

  it('that failed are unknown, unless their SQLSTATE proves that they did not happen', () => {
    const failed = { 5: 3, 8: null, 9: null, 10: null };
    const outcome = (more: object): string => requests().take(row({ ...failed, ...more }), laterUs).outcome;
    expect(outcome({ 6: '57P01', 7: 'terminating' })).to.equal('unknown');
    expect(outcome({ 6: null, 7: 'connection reset' })).to.equal('unknown');
    expect(outcome({ 6: '25006', 7: 'read-only' })).to.equal('failed');
    expect(outcome({ 3: null, 7: 'the pool gave none' })).to.equal('failed');
    expect(outcome({ 5: 2, 7: 'the pool gave none' })).to.equal('failed');
  });

  it('cannot be acknowledged before they were due, by somebody else, or without a trace', () => {
    expect(fault({})).to.equal('none');
    expect(fault({ 0: 9_999 })).to.match(/worker 9999, which is not one of its own/);
    expect(fault({ 0: 10_002 })).to.match(/which is not one of its own/);
    expect(fault({ 2: 1_300_000 })).to.match(/as due at 1300000 µs; it was due at 1400000 µs/);
    expect(fault({}, 1_399_000 - 5_000)).to.match(/a request that was not due/);
    expect(fault({ 4: laterUs + 1_000_000 })).to.match(/clock ahead of CLOCK_MONOTONIC/);
    expect(fault({ 3: 1_300_000 })).to.match(/as sent at 1300000 µs/);
    expect(fault({ 3: 1_500_000 })).to.match(/as sent at 1500000 µs/);
    expect(fault({ 3: null, 4: 1_300_000, 5: 3, 7: 'x' })).to.match(/as done before it was due/);
    for (const column of [3, 8, 9, 10])
      expect(fault({ [column]: null }), String(column)).to.match(/without what the write returns/);
    expect(fault({ 9: '1/XYZ' })).to.match(/without what the write returns/);
    expect(fault({ 5: 3, 8: null, 9: null, 10: null })).to.match(/as failed without an error/);
  });

  it('are reported once', () => {
    const made = requests();
    made.take(row(), laterUs);
    expect(() => made.take(row(), laterUs)).to.throw(/worker 10000, op 2 twice/);
  });

  it('that became due before the program had read stop count as due, up to 1 s; later ones were sent in spite of it', () => {
    const made = requests();
    for (const op of [0, 1]) {
      const dueUs = 1_000_000 + op * 200_000;
      made.take(row({ 1: op, 2: dueUs, 3: dueUs, 4: dueUs + 100 }), laterUs);
    }
    made.stop(1_150_000);
    expect(made.dueBy(laterUs)).to.equal(2);
    expect(made.countBy(laterUs)).to.equal(3);
    made.take(row({ 1: 5, 2: 2_000_000, 3: 2_000_000, 4: 2_000_100 }), laterUs);
    expect(made.countBy(laterUs)).to.equal(4);
    const ignoring = row({ 1: 6, 2: 2_200_000, 3: 2_200_000, 4: 2_200_100 });
    expect(() => made.take(ignoring, laterUs)).to.throw(/a request that was not due/);
  });

  it('without an outcome are unknown where they may have been sent, and failed behind one that was', () => {
    const made = requests();
    made.take(row({ 1: 0, 2: 1_000_000, 3: 1_000_000, 4: 1_000_100 }), laterUs);
    made.stop(1_650_000);
    const missing = made
      .missing(2_000_000, true)
      .map(({ worker, op, outcome, sentUs }) => [worker, op, outcome, sentUs]);
    expect(missing).to.deep.equal([
      [10_000, 1, 'unknown', 1_200_000],
      [10_000, 2, 'failed', undefined],
      [10_000, 3, 'failed', undefined],
      [10_001, 0, 'unknown', 1_100_000],
      [10_001, 1, 'failed', undefined],
      [10_001, 2, 'failed', undefined],
    ]);
    expect(new Set(made.missing(2_000_000, false).map(({ outcome }) => outcome))).to.deep.equal(new Set(['unknown']));
  });
});

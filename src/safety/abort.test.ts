import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import type { JournalEvent } from '../journal/event.ts';
import { parseAbortLimits, watchLimits } from './abort.ts';

const stream = (name: string, path: string) => ({ name, path, fresh: false, stepUs: 10_000, limitUs: 1_000_000 });
const stack = {
  kind: 'stack',
  streams: [stream('direct', 'direct'), stream('readonly', 'readonly')],
} as unknown as JournalEvent;
/** A batch of slots of 10 ms that begins at `fromMs`; 0 is good, 1 failed. */
const probe = (name: string, fromMs: number, outcome: number[]): JournalEvent =>
  ({
    ...{ kind: 'probe', stream: name, fromUs: fromMs * 1_000, stepUs: 10_000, n: outcome.length, outcome },
    tUs: (fromMs + outcome.length * 10) * 1_000,
  }) as unknown as JournalEvent;
const replica = (lagBytes: number, streaming = true) =>
  ({ kind: 'replica', instance: 'pg-2', streaming, lagBytes }) as unknown as JournalEvent;

describe('the limits that end a drill', () => {
  it('end it once writes have been down for longer than allowed, and say so once', () => {
    const watch = watchLimits({ writeOutageMs: 100 });
    expect(watch(stack)).to.equal(undefined);
    expect(watch(probe('direct', 0, [0, 0]))).to.equal(undefined);
    expect(watch(probe('direct', 20, [1, 1, 1, 1]))).to.equal(undefined);
    expect(watch(probe('direct', 60, [1, 1, 1, 1, 1, 1]))).to.include('no good write by direct for 110 ms');
    expect(watch(probe('direct', 120, [1]))).to.equal(undefined);
  });

  it('do not mind an outage of reads, nor one that ended in time', () => {
    const watch = watchLimits({ writeOutageMs: 100 });
    watch(stack);
    expect(watch(probe('readonly', 0, Array(50).fill(1)))).to.equal(undefined);
    watch(probe('direct', 0, [0, 1, 1, 1, 1, 1, 1, 1]));
    expect(watch(probe('direct', 80, [0, 1, 1, 1]))).to.equal(undefined);
  });

  it('count from the first slot where there never was a good one', () => {
    const watch = watchLimits({ writeOutageMs: 50 });
    watch(stack);
    expect(watch(probe('direct', 0, [1, 1, 1, 1, 1, 1]))).to.include('for 60 ms');
  });

  it('end it when a standby that streams lags too far', () => {
    const watch = watchLimits({ lagBytes: 1_000 });
    expect(watch(replica(1_000))).to.equal(undefined);
    expect(watch(replica(5_000, false))).to.equal(undefined);
    expect(watch(replica(1_001))).to.include('pg-2 lags 1001 bytes');
  });

  it('do not end it where they are not set, nor at the limit itself', () => {
    const unlimited = watchLimits({});
    unlimited(stack);
    expect(unlimited(probe('direct', 0, Array(9_000).fill(1)))).to.equal(undefined);
    expect(unlimited(replica(1e12))).to.equal(undefined);
    const limited = watchLimits({ writeOutageMs: 50 });
    limited(stack);
    expect(limited(probe('direct', 0, [1, 1, 1, 1, 1]))).to.equal(undefined);
    expect(limited(probe('direct', 50, [1]))).to.contain('for 60 ms');
  });

  it('are read from words, and unknown ones are refused with the nearest', () => {
    expect(parseAbortLimits(['writeOutageMs=60000'])).to.deep.equal({ writeOutageMs: 60_000 });
    expect(() => parseAbortLimits(['writeOutage=5'])).to.throw(UsageError, 'did you mean writeOutageMs');
    for (const word of ['lagBytes', 'x lagBytes=5', 'lagBytes=5s', '=5', 'lagBytes='])
      expect(() => parseAbortLimits([word]), word).to.throw(UsageError, 'limit=number');
  });
});

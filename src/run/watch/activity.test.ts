import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Draft, JournalEvent } from '../../journal/event.ts';
import { Acknowledged, lineOf, watchActivity } from './activity.ts';

const streams = [
  { name: 'direct', path: 'direct', fresh: false, stepUs: 10_000, limitUs: 1_000_000 },
  { name: 'readonly', path: 'readonly', fresh: false, stepUs: 10_000, limitUs: 1_000_000 },
] as const;
const probe = (stream: string, fromUs: number, outcome: number): JournalEvent =>
  ({
    ...{ kind: 'probe', seq: 1, tUs: fromUs, n: 1, stream, firstSlot: 0, fromUs, stepUs: 10_000 },
    ...{ late: [0], took: [5], outcome: [outcome], error: [-1], errors: [], server: [-1], servers: [], saw: [-1] },
  }) as JournalEvent;
const group = (n: number) =>
  ({ backend: 'client backend', of: 'clients', state: 'active', wait: 'IPC:SyncRep', n }) as const;

describe('what sessions wait for', () => {
  it('is sampled once, and again while nobody has a write acknowledged, where it changed', async () => {
    let nowUs = 0;
    let n = 1;
    let listener: (event: JournalEvent) => void = () => {};
    const lines: Omit<Draft<'activity'>, 'tUs'>[] = [];
    const recorder = {
      now: (line: unknown) => void lines.push(line as Omit<Draft<'activity'>, 'tUs'>),
      listen: (one: typeof listener) => {
        listener = one;
        return { [Symbol.dispose]: () => {} };
      },
      clock: { nowUs: () => nowUs, originNs: 0n, fromNs: () => 0 },
    };
    const asker = { ask: async () => [group(n)] as never[] };
    const instance = { kind: 'instance', name: 'pg1', address: '198.18.0.21', host: 'pg1' } as const;
    const stack = { instances: async () => [instance] };
    const watching = watchActivity(stack, asker, recorder as never, streams, 20);
    await sleep(100);
    expect(lines).to.have.length(1);
    n = 30;
    listener(probe('direct', 1_000_000, 0));
    nowUs = 1_500_000;
    await sleep(100);
    expect(lines, 'a write was acknowledged half a second before').to.have.length(1);
    nowUs = 4_000_000;
    await sleep(100);
    expect(lines.slice(1)).to.deep.equal([lineOf('pg1', [group(30)])]);
    await sleep(100);
    expect(lines, 'nothing changed').to.have.length(2);
    await watching[Symbol.asyncDispose]();
  });

  it('counts the smaller groups together', () => {
    const { sessions, rest } = lineOf(
      'pg1',
      Array.from({ length: 14 }, (_, i) => group(20 - i)),
    );
    expect(sessions).to.have.length(12);
    expect(rest).to.equal(8 + 7);
  });
});

describe('the last acknowledged write', () => {
  it('is one of a client, or of a probe that writes', () => {
    const last = new Acknowledged(streams);
    last.see(probe('readonly', 9_000, 0));
    last.see(probe('direct', 8_000, 1));
    expect(last.lastUs).to.equal(undefined);
    last.see(probe('direct', 1_000, 0));
    expect(last.lastUs).to.equal(1_005);
    last.see({ kind: 'op', n: 2, baseUs: 2_000, due: [0, 10], done: [7, 20], outcome: [1, 3] } as never);
    expect(last.lastUs).to.equal(2_007);
  });
});

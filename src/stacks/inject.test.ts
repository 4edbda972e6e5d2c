import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import type { UndoRecord } from '../faults/target.ts';
import { type Injection, inject, NotHealed, once } from './inject.ts';

describe('injecting a fault', () => {
  let done: string[];
  beforeEach(() => {
    done = [];
  });

  /** A step that takes a while, so that one which is not waited for is overtaken. */
  const slowly = async (name: string) => {
    done.push(`${name} begins`);
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    done.push(`${name} ends`);
  };
  const fails = (name: string) => async () => {
    await slowly(name);
    throw new Error(`${name} failed`);
  };
  const injection = (change: Partial<Injection> = {}, prepared: Partial<Injection['prepared']> = {}): Injection => ({
    ...{
      stack: 'lab',
      stackId: 'abc123',
      fault: 'crash',
      target: { kind: 'instance', name: 'pg1', host: '', address: '' },
    },
    prepared: {
      how: { host: 'pg1' },
      breakIt: () => slowly('break'),
      prove: async () => {
        await slowly('prove');
        return 'it is down';
      },
      ...prepared,
    },
    recordUndo: () => slowly('record'),
    heal: async ({ host }) => {
      await slowly(`heal ${host}`);
      return 'it is up';
    },
    ...change,
  });
  const failure = (change?: Partial<Injection>, prepared?: Partial<Injection['prepared']>): Promise<Error> =>
    inject(injection(change, prepared)).then(
      () => new Error('nothing failed'),
      (error) => error,
    );
  const steps = (...names: string[]) => names.flatMap((name) => [`${name} begins`, `${name} ends`]);

  it('writes how to undo it, then breaks, then proves: each step only when the one before has ended', async () => {
    const { proof, injected, effective } = await inject(injection());
    expect(done).to.deep.equal(steps('record', 'break', 'prove'));
    expect(proof).to.equal('it is down');
    expect(injected.beforeNs <= injected.afterNs && injected.afterNs <= effective.beforeNs).to.equal(true);
    expect(effective.beforeNs <= effective.afterNs).to.equal(true);
  });

  it('passes on what the fault says of itself', async () => {
    const own = { described: { tool: 'x' }, lastsMs: 5_000 };
    expect(await inject(injection({}, own))).to.deep.include(own);
    expect(await inject(injection())).to.not.have.any.keys('described', 'lastsMs');
  });

  it('records what another process needs', async () => {
    let written: UndoRecord | undefined;
    await inject(injection({ recordUndo: async (record) => void (written = record) }));
    expect(written).to.deep.include({ stack: 'lab', stackId: 'abc123', fault: 'crash', how: { host: 'pg1' } });
    expect(written!.id).to.match(/^[0-9a-f-]{36}$/);
  });

  it('breaks nothing where how to undo it cannot be written, and undoes what may have been remembered', async () => {
    expect((await failure({ recordUndo: fails('record') })).message).to.equal('record failed');
    expect(done).to.deep.equal(steps('record', 'heal pg1'));
  });

  it('heals where the fault cannot be injected, or cannot be proved, and only then fails', async () => {
    expect((await failure({}, { breakIt: fails('break') })).message).to.equal('break failed');
    expect(done).to.deep.equal(steps('record', 'break', 'heal pg1'));
    done = [];
    const error = await failure({}, { prove: fails('prove') as () => Promise<never> });
    expect(error.message).to.equal('prove failed');
    expect(error).not.to.be.instanceOf(NotHealed);
    expect(done).to.deep.equal(steps('record', 'break', 'prove', 'heal pg1'));
  });

  it('says both where healing fails too, so that the record is kept', async () => {
    const error = await failure({ heal: fails('heal') as () => Promise<never> }, { breakIt: fails('break') });
    expect(error).to.be.instanceOf(NotHealed);
    expect(error.message).to.equal('break failed; what was broken could not be undone: heal failed; run: pgdrill heal');
  });

  it('is healed once, however often that is asked for', async () => {
    const { heal } = await inject(injection());
    done = [];
    expect(await Promise.all([heal(), heal()])).to.deep.equal(['it is up', 'it is up']);
    expect(await heal()).to.equal('it is up');
    expect(done).to.deep.equal(steps('heal pg1'));
  });
});

describe('what is done once', () => {
  it('is tried again after it has failed', async () => {
    let tries = 0;
    const work = once(async () => {
      if (++tries === 1) throw new Error('not yet');
      return tries;
    });
    expect(await work().catch((error: Error) => error.message)).to.equal('not yet');
    expect([await work(), await work()]).to.deep.equal([2, 2]);
  });
});

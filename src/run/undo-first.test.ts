/** Undo first: the order of an injection, and of healing, step by step. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import type { Instance } from '../faults/aim.ts';
import { startClock } from '../journal/clock.ts';
import { NotHealed } from '../stacks/inject.ts';
import type { DrillContext } from './context.ts';
import { Injections } from './injections.ts';

const target: Instance = { kind: 'instance', name: 'pg-1', host: '', address: '' };

describe('breaking something', () => {
  let folder: string;
  let state: string | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-first-'));
    state = process.env.PGDRILL_STATE;
    process.env.PGDRILL_STATE = join(folder, 'state');
  });
  afterEach(async () => {
    if (state === undefined) delete process.env.PGDRILL_STATE;
    else process.env.PGDRILL_STATE = state;
    await rm(folder, { recursive: true });
  });

  /** Steps that take a while, so that one which is not waited for is overtaken by the next. */
  function stepwise() {
    const done: string[] = [];
    const slowly = async (name: string) => {
      done.push(`${name} begins`);
      for (let turn = 0; turn < 5; turn++) await setImmediate();
      done.push(`${name} ends`);
    };
    const moment = { beforeNs: 0n, afterNs: 0n };
    const record = (host: string) => ({
      ...{ id: randomUUID(), stack: 'lab', stackId: 'abcdef', fault: 'crash', target, how: { host } },
    });
    const stack = {
      inject: async (_fault: string, { name }: { name: string }, undo: (record: object) => Promise<void>) => {
        await undo(record(name));
        await slowly(`break ${name}`);
        const heal = () => slowly(`heal ${name}`).then(() => 'whole');
        return { injected: moment, effective: moment, proof: 'broken', heal };
      },
    };
    const undos = {
      write: ({ how }: { how: { host: string } }) => slowly(`write ${how.host}`),
      remove: ({ how }: { how: { host: string } }) => slowly(`remove ${how.host}`),
    };
    const clock = startClock();
    const recorder = { now: () => {}, write: () => {}, note: () => {}, flush: () => slowly('flush'), clock };
    const context = { stack, undos, recorder, needs: ['crash'], signal: new AbortController().signal, step: () => {} };
    return { done, slowly, context };
  }
  const steps = (...names: string[]) => names.flatMap((name) => [`${name} begins`, `${name} ends`]);
  const on = (name: string): Instance => ({ ...target, name });
  const injections = (context: object) => new Injections(context as DrillContext);
  const messageOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'nothing failed',
      (error: Error) => error.message,
    );

  it('comes after its undo record and the journal are on the disk', async () => {
    const { done, context } = stepwise();
    const fault = await injections(context).inject('crash', on('pg1'), undefined);
    expect(done).to.deep.equal(steps('write pg1', 'flush', 'break pg1'));
    await fault.heal();
    expect(done.slice(6)).to.deep.equal(steps('heal pg1', 'remove pg1'));
  });

  it('does not happen where either cannot be brought to the disk, and leaves no record', async () => {
    for (const [name, change] of [
      ['undos', { write: () => Promise.reject(new Error('no space left')) }],
      ['recorder', { flush: () => Promise.reject(new Error('no space left')) }],
    ] as const) {
      const { done, context } = stepwise();
      const faults = injections({ ...context, [name]: { ...context[name], ...change } });
      expect(await messageOf(faults.inject('crash', on('pg1'), undefined))).to.equal('no space left');
      expect(done, name).not.to.include('break pg1 begins');
      expect(done, name).to.include('remove pg1 ends');
    }
  });

  it('leaves no record where the stack has undone a fault that it could not prove, and keeps it where it has not', async () => {
    const { done, context } = stepwise();
    const failing = (error: Error) => ({
      ...context,
      stack: {
        inject: (...args: Parameters<typeof context.stack.inject>) =>
          context.stack.inject(...args).then(() => Promise.reject(error)),
      },
    });
    expect(
      await messageOf(injections(failing(new Error('not proved'))).inject('crash', on('pg1'), undefined)),
    ).to.equal('not proved');
    expect(done.at(-1)).to.equal('remove pg1 ends');
    done.length = 0;
    await messageOf(injections(failing(new NotHealed('still broken'))).inject('crash', on('pg2'), undefined));
    expect(done).not.to.include('remove pg2 begins');
  });

  it('is healed at the end of the drill, what was broken last first, one after another', async () => {
    const { done, context } = stepwise();
    const faults = injections(context);
    for (const name of ['pg1', 'pg2', 'pg3']) await faults.inject('crash', on(name), undefined);
    done.length = 0;
    await faults.healAll();
    expect(done).to.deep.equal(steps(...['pg3', 'pg2', 'pg1'].flatMap((name) => [`heal ${name}`, `remove ${name}`])));
    await faults.healAll();
    expect(done).to.have.lengthOf(12);
  });

  it('goes on healing where one fault stays, says which, and keeps its record', async () => {
    const { done, context } = stepwise();
    const { inject } = context.stack;
    const stays: typeof inject = async (fault, aimed, undo) => {
      const active = await inject(fault, aimed, undo);
      return aimed.name === 'pg2' ? { ...active, heal: () => Promise.reject(new Error('pg2 is stuck')) } : active;
    };
    const faults = injections({ ...context, stack: { inject: stays } });
    for (const name of ['pg1', 'pg2', 'pg3']) await faults.inject('crash', on(name), undefined);
    expect(await messageOf(faults.healAll())).to.equal('a fault could not be healed: pg2 is stuck; run: pgdrill heal');
    expect(done).to.include.members(['remove pg1 ends', 'remove pg3 ends']).and.not.include('remove pg2 begins');
  });

  it('is waited for, and healed, where the drill ends in the middle of it', async () => {
    const { done, context } = stepwise();
    const faults = injections(context);
    const injecting = faults.inject('crash', on('pg1'), undefined);
    await setImmediate();
    await faults.healAll();
    expect(done).to.deep.equal(steps('write pg1', 'flush', 'break pg1', 'heal pg1', 'remove pg1'));
    await injecting;
    expect(await messageOf(faults.inject('crash', on('pg2'), undefined))).to.equal(
      'crash of pg2 is not injected: the drill has ended',
    );
    expect(done).to.have.lengthOf(10);
  });

  it('is refused before anything is asked of the stack, where the scenario’s needs do not name the fault', async () => {
    const { done, context } = stepwise();
    const error = await injections({ ...context, needs: ['freeze'] })
      .inject('crash', on('pg1'), undefined)
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UsageError);
    expect((error as Error).message).to.contain(
      "injects crash, which its needs do not name (freeze); add 'crash' to needs",
    );
    expect(await messageOf(injections({ ...context, needs: [] }).inject('crash', on('pg1'), undefined))).to.contain(
      'they are empty',
    );
    expect(done).to.deep.equal([]);
  });

  it('is refused for a target that the fault does not hit, before anything is asked of the stack', async () => {
    const { done, context } = stepwise();
    const pooler = { kind: 'pooler', name: 'pooler1' } as unknown as Instance;
    expect(await messageOf(injections(context).inject('crash', pooler, undefined))).to.contain('instance');
    expect(done).to.deep.equal([]);
  });

  it('is healed once, also where that is asked for twice at the same moment', async () => {
    const { done, context } = stepwise();
    const faults = injections(context);
    const fault = await faults.inject('crash', on('pg1'), undefined);
    done.length = 0;
    await Promise.all([fault.heal(), faults.healAll()]);
    expect(done).to.deep.equal(steps('heal pg1', 'remove pg1'));
  });
});

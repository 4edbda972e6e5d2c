import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { SetupError } from '../errors.ts';
import type { Drill, InjectedFault } from '../scenario/drill.ts';
import { AwaitedVerbs } from './awaited.ts';

const healed: InjectedFault = { heal: () => sleep(1), ended: () => sleep(1) };
const verbs = {
  hold: () => sleep(1),
  recovered: () => sleep(20),
  settled: () => Promise.reject(new SetupError('it never settled')),
  inject: async () => healed,
  note: () => {},
} as unknown as Drill;

/** What a drill ends with: the error's message, or nothing. */
async function endOf(drill: (verbs: Drill) => Promise<void>): Promise<string | undefined> {
  const awaited = new AwaitedVerbs();
  return awaited
    .drill(() => drill(awaited.watch(verbs)))
    .then(
      () => undefined,
      (error: Error) => `${error.constructor.name}: ${error.message}`,
    );
}
const target = { kind: 'instance', name: 'pg1', host: 'pg1', address: '' } as const;
const nothing = () => {};

describe('a drill that does not wait for a verb', () => {
  it('passes where it waits for all, one after another, together, or for the first of them', async () => {
    expect(
      await endOf(async ({ hold, recovered, inject, note }) => {
        note('begins');
        await hold('1s');
        await Promise.all([hold('1s'), recovered({ within: '1m' })]);
        await Promise.race([hold('1s'), Promise.resolve()]);
        const fault = await inject('crash', target);
        await fault.heal();
      }),
    ).to.equal(undefined);
    expect(await endOf(({ recovered }) => recovered({ within: '1m' }))).to.equal(undefined);
  });

  it('ends with the call that it left at work', async () => {
    expect(
      await endOf(async ({ recovered }) => {
        void recovered({ within: '3m' });
      }),
    ).to.equal(
      `SetupError: the drill returned before recovered({ within: '3m' }) was done; write: await recovered({ within: '3m' })`,
    );
  });

  it('ends with a call that nobody waited for, though it was done by then, or failed', async () => {
    expect(
      await endOf(async ({ inject }) => {
        void inject('crash', target);
        await sleep(5);
      }),
    ).to.equal(
      `SetupError: the drill did not wait until inject('crash', pg1) was done; write: await inject('crash', pg1)`,
    );
    const failed = await endOf(async ({ settled }) => {
      void settled({ within: '1m' });
      await sleep(5);
    });
    expect(failed).to.include('did not wait until settled(');
  });

  it('ends with the healing that nobody waited for', async () => {
    expect(
      await endOf(async ({ inject }) => {
        const fault = await inject('crash', target);
        void fault.heal();
        await sleep(5);
      }),
    ).to.include('write: await heal()');
  });

  it('says so too where using the promise for its value failed', async () => {
    expect(
      await endOf(async ({ inject }) => {
        const fault = inject('crash', target) as unknown as InjectedFault;
        await fault.heal();
      }),
    ).to.include(`await inject('crash', pg1)`);
  });

  it('ends with a verb that lost a race, other than a wait', async () => {
    const end = await endOf(({ recovered, hold }) => Promise.race([recovered({ within: '1m' }), hold('1s')]));
    expect(end).to.contain('the drill returned before recovered(');
    expect(
      await endOf(({ recovered, hold }) =>
        Promise.race([recovered({ within: '1m' }), hold('1s')]).then(() => sleep(40)),
      ),
    ).to.equal(undefined);
  });

  it('keeps an error of the scenario’s own where it waited for every verb', async () => {
    expect(await endOf(async ({ hold }) => hold('1s').then(() => Promise.reject(new Error('its own'))))).to.equal(
      'Error: its own',
    );
  });

  it('keeps the error of a verb that it waited for', async () => {
    expect(await endOf(({ settled }) => settled({ within: '1m' }))).to.equal('SetupError: it never settled');
  });

  it('is found silent where it waits for something that never comes, and not while a verb is under way', async () => {
    const silent = async (drill: (verbs: Drill) => Promise<unknown>, mostMs: number) => {
      const awaited = new AwaitedVerbs();
      const over = new AbortController();
      const watched = awaited.watch(verbs);
      const end = drill(watched).then(() => 'ended');
      const said = await Promise.race([
        end,
        awaited.silence(over.signal, mostMs).catch((error: Error) => error.message),
      ]);
      over.abort();
      return said;
    };
    const never = () => new Promise(() => {});
    expect(await silent(never, 30)).to.contain(
      'has called no verb for 0 minutes: it waits for something that never comes',
    );
    expect(await silent(({ recovered }) => recovered({ within: '1m' }).then(never), 30)).to.contain(
      'has called no verb',
    );
    expect(await silent(({ recovered }) => recovered({ within: '1m' }), 5)).to.equal('ended');
  });

  it('refuses a verb that is called after the drill', async () => {
    const late = Promise.withResolvers<string>();
    await endOf(async ({ hold }) => {
      setTimeout(() => {
        try {
          hold('1s').then(nothing, nothing);
          late.resolve('nothing');
        } catch (error) {
          late.resolve((error as Error).message);
        }
      }, 5);
    });
    expect(await late.promise).to.include('hold was called after the drill had returned');
  });

  it('counts handling its failure, or its end, as waiting', async () => {
    const before: string[] = [];
    expect(
      await endOf(async ({ settled, hold }) => {
        await settled({ within: '1m' }).catch((error: Error) => before.push(error.message));
        await hold('1s').finally(() => before.push('held'));
      }),
    ).to.equal(undefined);
    expect(before).to.deep.equal(['it never settled', 'held']);
  });

  it('names the call that was forgotten, not one before it, and keeps the error that came of it', async () => {
    const awaited = new AwaitedVerbs();
    const defect = new TypeError('x is not a function');
    const error = await awaited
      .drill(async () => {
        const { hold, recovered } = awaited.watch(verbs);
        await hold('1s');
        void recovered({ within: '3m' });
        throw defect;
      })
      .catch((reason: Error) => reason);
    expect((error as Error).message).to.contain("write: await recovered({ within: '3m' })");
    expect((error as Error).cause).to.equal(defect);
  });

  it('ends with the end of a disturbance that nobody waited for', async () => {
    const disturbing = { ...verbs, disturb: async () => healed } as unknown as Drill;
    const awaited = new AwaitedVerbs();
    const error = await awaited
      .drill(async () => {
        const { heal } = await awaited
          .watch(disturbing)
          .disturb({ say: 'it', start: async () => {}, stop: nothing } as never);
        void heal();
      })
      .catch((reason: Error) => reason);
    expect((error as Error | undefined)?.message).to.contain('write: await heal()');
  });

  it('shows the call as it was written, whatever it was given', async () => {
    const words = `a ${'long '.repeat(30)}reason`;
    for (const [given, shown] of [
      [undefined, 'undefined'],
      [{ name: 'pg1' }, "{ name: 'pg1' }"],
      [{ kind: 'instance' }, "{ kind: 'instance' }"],
      [{ within: '3m', because: words }, `{ within: '3m', because: '${words}' }`],
    ] as const)
      expect(
        await endOf(async ({ recovered }) => {
          void recovered(given as never);
        }),
      ).to.contain(`write: await recovered(${shown})`);
  });
});

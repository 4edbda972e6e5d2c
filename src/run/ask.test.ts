import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Client } from 'pg';
import type { Instance } from '../faults/target.ts';
import { InstanceAsker } from './ask.ts';

const instance: Instance = { kind: 'instance', name: 'pg-1', host: '', address: '' };

/** Connections that come `afterMs` after they were asked for, and how many of them are open. */
function slow(afterMs: number) {
  const counted = { made: 0, open: 0, atOnce: 0 };
  let asking = 0;
  const connect = async () => {
    await sleep(afterMs);
    counted.made++;
    counted.open++;
    const end = async () => void counted.open--;
    const query = async () => {
      counted.atOnce = Math.max(counted.atOnce, ++asking);
      await sleep(1);
      asking--;
      return { rows: [{ answer: 42 }] };
    };
    return { on: () => {}, query, end } as unknown as Client;
  };
  return { counted, connect };
}

describe('questions to instances', () => {
  it('share a connection that is still being made, and are asked on it one after another', async () => {
    const { counted, connect } = slow(20);
    await using asker = new InstanceAsker({ connect });
    const ask = () => asker.ask(instance, 'select 42', 1_000);
    expect(await Promise.all([ask(), ask()])).to.deep.equal([[{ answer: 42 }], [{ answer: 42 }]]);
    expect(counted).to.include({ made: 1, atOnce: 1 });
  });

  it('are answered by a connection that came too late for an earlier one', async () => {
    const { counted, connect } = slow(30);
    await using asker = new InstanceAsker({ connect });
    expect(await asker.ask(instance, 'select 42', 10)).to.equal(undefined);
    expect(await asker.ask(instance, 'select 42', 100)).to.deep.equal([{ answer: 42 }]);
    expect(counted.made).to.equal(1);
  });

  it('leave no connection open, not even one that is still being made at the end', async () => {
    const { counted, connect } = slow(30);
    {
      await using asker = new InstanceAsker({ connect });
      void asker.ask(instance, 'select 42', 100);
    }
    await sleep(60);
    expect(counted).to.include({ made: 1, open: 0 });
  });
});

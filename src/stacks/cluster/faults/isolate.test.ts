import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseUndo } from '../../../faults/undo.ts';
import type { NodeShell, NodesAt, TimedAction, TimedRecord } from '../../cnpg/node-shell.ts';
import { isolate } from './isolate.ts';

const target = { kind: 'instance', name: 'pg-1', host: 'a', address: '' } as const;
const rule = '-A PGDRILL-IN -j DROP';
const bracket = (fromS: number) => ({ beforeNs: BigInt(fromS * 1e9), afterNs: BigInt(fromS * 1e9) + 1_000n });

/** A node whose rules are listed; `reported`: what it keeps of a timed action. */
function node({ rules = [], reported }: { rules?: string[]; reported?: string } = {}) {
  const actions: TimedAction[] = [];
  const asked: (readonly string[])[] = [];
  const record: TimedRecord = {
    ...{ began: bracket(10), proved: { ...bracket(11), counts: [7, 8] } },
    ...{ ended: { ...bracket(160), why: 'time' }, left: undefined },
  };
  const shell: NodeShell = {
    run: async (script, args) => {
      asked.push(args ?? []);
      if (script.includes('-F "$into"')) rules.length = 0;
      return rules.join('\n');
    },
    arm: async () => {
      throw new Error('nothing waits for a word');
    },
    timed: async (action) => {
      actions.push(action);
      return { begin: async () => {}, record: async () => record };
    },
    endTimed: async () => reported,
  };
  const pod = { metadata: { name: 'pg-1', uid: 'u' }, spec: { nodeName: 'a', containers: [] } };
  const at = {
    shell: async () => shell,
    kube: { list: async () => [pod] },
    site: { namespace: 'db', cluster: 'pg' },
  } as unknown as NodesAt;
  const prepare = (forMs?: number) => isolate.prepare(at, target, {}, forMs);
  const heal = (mark?: string) => isolate.heal(at, { node: 'a', pod: 'pg-1', ...(mark && { mark }) });
  return { actions, asked, record, prepare, heal };
}

describe('isolating a node of a cluster that others run', () => {
  it('is timed beforehand: as long as the drill says, otherwise longer than a takeover', async () => {
    const { actions, prepare } = node();
    await prepare(20_000);
    await prepare();
    expect(actions.map(({ forS }) => forS)).to.deep.equal([20, 150]);
    expect(actions[0]!.args[2]).to.equal('10250');
  });

  it('has chains of its own, which its undo record names before anything is broken', async () => {
    const { actions, prepare } = node();
    const { how } = await prepare();
    await prepare();
    expect(actions[0]!.args.slice(0, 2)).to.deep.equal([`PGDRILL_IN_${how.mark}`, `PGDRILL_OUT_${how.mark}`]);
    expect(actions[1]!.args[0]).to.not.equal(actions[0]!.args[0]);
    const record = { id: randomUUID(), stack: 'cluster', stackId: 'c/db/pg', fault: 'isolate', target, how };
    expect(parseUndo(record).how).to.deep.equal(how);
  });

  it('is what the node says of it afterwards, by its own clock', async () => {
    const prepared = await node().prepare();
    const account = await prepared.account!();
    expect(account.injected).to.deep.equal(bracket(10));
    expect(account.ended).to.include(bracket(160));
    expect(account.proof).to.equal(
      'a was cut off for 150.0 s by its own clock, then its time was over; 7 packets in and 8 out were dropped by the time it looked',
    );
  });

  it('was none where the node saw no packet dropped', async () => {
    const { record, prepare } = node();
    Object.assign(record, { proved: undefined });
    const error = await (await prepare()).account!().catch((reason: Error) => reason);
    expect((error as Error).message).to.include('none were seen to be dropped');
  });
});

describe('healing an isolated node', () => {
  it('asks the node to end it, or waits until its time is over', async () => {
    expect(await node({ reported: 'began 1 2\nended 3 4 asked\n' }).heal()).to.equal('the rules of a are removed');
    expect(await node({ reported: 'began 1 2\nended 3 4 time\n' }).heal()).to.include('its time was over');
  });

  it('is by commands where the node keeps no record', async () => {
    expect(await node({ rules: [rule] }).heal()).to.equal('the rules of a are removed');
  });

  it('removes only the chains that the record names, or those of versions before the mark', async () => {
    const marked = node({ rules: [rule] });
    await marked.heal('0a1b2c-3d4e5f');
    const unmarked = node({ rules: [rule] });
    await unmarked.heal();
    expect(marked.asked).to.deep.equal(Array(2).fill(['PGDRILL_IN_0a1b2c-3d4e5f', 'PGDRILL_OUT_0a1b2c-3d4e5f']));
    expect(unmarked.asked).to.deep.equal(Array(2).fill(['PGDRILL-IN', 'PGDRILL-OUT']));
  });

  it('fails where rules are left', async () => {
    const left = node({ rules: [rule], reported: `ended 3 4 time\nleft ${rule}\n` });
    const error = await left.heal().catch((reason: Error) => reason);
    expect((error as Error).message).to.equal(`a still drops packets: ${rule}`);
  });
});

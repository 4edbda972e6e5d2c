import { expect } from 'chai';
import { describe, it } from 'mocha';
import { topologySchema } from '../scenario/topology.ts';
import type { OpenStack, Stack } from '../stacks/stack.ts';
import { shapeDifference, shareStack } from './shared-stack.ts';

const topology = topologySchema.parse({});
const options = { topology, folder: '', signal: new AbortController().signal, progress: () => {} };

describe('a stack that runs already', () => {
  const did: string[] = [];
  const running = (left: string[] = []) => {
    did.length = 0;
    const open = {
      id: 'abc123',
      residue: async () => ({ checked: [], found: left }),
      [Symbol.asyncDispose]: async () => void did.push('connections closed'),
    } as unknown as OpenStack;
    return { open, topology };
  };
  const stack = {
    kind: 'k3s',
    open: async () => expect.fail('no other stack is to be opened'),
    residue: async () => expect.fail('its containers do not count as residue'),
  } as unknown as Stack;

  it('is left running, and only what faults left in it counts as left behind', async () => {
    expect(await shareStack(stack, { running: running() }).close()).to.deep.equal([]);
    expect(did).to.deep.equal(['connections closed']);
    expect(await shareStack(stack, { running: running(['a rule']) }).close()).to.deep.equal(['a rule']);
  });

  it('is refused for a run with another topology', async () => {
    const shared = shareStack(stack, { running: running() });
    const other = topologySchema.parse({ instances: 2 });
    const error = await shared.open({ ...options, topology: other }).catch((reason: Error) => reason);
    expect((error as Error).message).to.match(
      /running stack abc123 cannot serve this run: instances is 3 there, and this run needs 2; open another with pgdrill up/,
    );
  });

  it('is compared in each part of the topology but its settings, which can be changed', () => {
    const archives = { ...topology, archiving: true };
    expect(shapeDifference(topology, archives)).to.equal('archiving is the default there, and this run needs true');
    expect(shapeDifference(archives, archives)).to.equal(undefined);
    expect(shapeDifference(topology, { ...topology, settings: { ttl: '30' } })).to.equal(undefined);
    const pooler = { ...topology.pooler, mode: 'session' as const };
    expect(shapeDifference(topology, { ...topology, pooler, durability: 'preferred' })).to.match(
      /^durability is "required" there, .*"preferred"; pooler is .*"transaction".* needs .*"session"/,
    );
  });

  it('is refused where faults left something in it', async () => {
    const shared = shareStack(stack, { running: running(['a rule']) });
    const error = await shared.open(options).catch((reason: Error) => reason);
    expect((error as Error).message).to.include('is not healthy: faults left a rule');
  });
});

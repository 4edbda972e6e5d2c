import { expect } from 'chai';
import { topologySchema } from '../scenario/topology.ts';
import { k3sStack } from '../stacks/k3s/index.ts';
import type { OpenStack, Stack } from '../stacks/stack.ts';
import { callProgram } from './program.ts';
import { runningOf } from './running.ts';

const plain = topologySchema.parse({});
const archiving = { ...plain, archiving: true };

/** A kept stack of this topology, and what was done to it. */
function kept(topology: typeof archiving | typeof plain, adopt?: Stack['adopt']) {
  const done: string[] = [];
  const open = { [Symbol.asyncDispose]: async () => void done.push('closed') } as unknown as OpenStack;
  const stack = { kind: 'k3s', adopt, reopen: async () => ({ open, topology }) } as unknown as Stack;
  return { stack, done };
}

describe('a kept stack', () => {
  it('of k3s serves scenarios with and without backups, since its Cluster archives for all of them', async () => {
    const { stack, done } = kept(await k3sStack.adopt!(plain), k3sStack.adopt);
    const scenarios = [
      { name: 'steady', topology: plain },
      { name: 'disaster', topology: archiving },
    ];
    expect((await runningOf(stack, 'abc123', scenarios)).topology).to.deep.equal(archiving);
    expect(done).to.deep.equal([]);
  });

  it('is refused for a topology that it does not have, with the command that opens one, and closed then', async () => {
    const { stack, done } = kept(plain);
    const error = await runningOf(stack, 'abc123', [{ name: 'disaster', topology: archiving }]).catch(
      (it: Error) => it,
    );
    expect((error as Error).message).to.equal(
      'the stack abc123 cannot serve disaster: archiving is the default there, and this run needs true; open one that can with: pgdrill up disaster --stack k3s',
    );
    expect(done).to.deep.equal(['closed']);
  });

  it('takes one run of a study at a time', async () => {
    const said: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = ((text: string) => said.push(text) > 0) as typeof write;
    const words = ['study', 'pause-before-switchover', '--stack', 'k3s', '--on', 'abc123', '--jobs', '2'];
    const code = await callProgram(words).finally(() => (process.stderr.write = write));
    expect(said.join('')).to.contain('--on runs on one stack, so --jobs must be 1; it got 2');
    expect(code).to.equal(3);
  });
});

import { expect } from 'chai';
import { describe, it } from 'mocha';
import { topologySchema } from '../scenario/topology.ts';
import type { OpenStack, Stack } from '../stacks/stack.ts';
import { onRunning } from './on-running.ts';

const topology = topologySchema.parse({});
const options = { topology, folder: '', signal: new AbortController().signal, progress: () => {} };

/** A kept stack of one instance, and what was done to it. */
function kept(found: string[] = []) {
  const done: string[] = [];
  const rows = [{ standby: false, checkpoint_timeline: 1, timeline: 1, received_timeline: null }];
  const open = {
    id: 'abc123',
    facts: { poolers: ['pooler-1'] },
    residue: async () => ({ checked: ['rules'], found }),
    instances: async () => [{ kind: 'instance', name: 'a', host: 'a', address: '' }],
    primary: async () => ({ kind: 'instance', name: 'a', host: 'a', address: '' }),
    connect: async () => ({ on: () => {}, query: async () => ({ rows, rowCount: 1 }), end: async () => {} }),
    configure: async (settings: Record<string, string>) => void done.push(`configured ${JSON.stringify(settings)}`),
    [Symbol.asyncDispose]: async () => void done.push('closed'),
  } as unknown as OpenStack;
  const stack = { kind: 'k3s', reopen: async () => ({ open, topology }) } as unknown as Stack;
  return { stack, done };
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'it was not refused',
    (error: Error) => error.message,
  );

describe('variants that take turns on a running stack', () => {
  it('apply their settings each time, also where the last run had the same', async () => {
    const { stack, done } = kept();
    const turns = onRunning(stack, 'abc123', 5_000);
    const asked = { ...topology, settings: { server_login_retry: '15' } };
    for (const _ of [1, 2]) await (await turns.open({ ...options, topology: asked }))[Symbol.asyncDispose]();
    const each = ['configured {"server_login_retry":"15"}', 'closed'];
    expect(done).to.deep.equal([...each, ...each]);
  });

  it('mark their runs as ones that share a stack, and look for what was left in it', async () => {
    const { stack } = kept();
    const turns = onRunning(stack, 'abc123', 5_000);
    const open = await turns.open(options);
    expect(open.facts.shared).to.equal(true);
    await open[Symbol.asyncDispose]();
    expect((await turns.residue('abc123')).checked).to.deep.equal(['rules']);
  });

  it('are refused where the topology differs, or a fault left something; the stack is closed then', async () => {
    const { stack, done } = kept(['a rule']);
    const other = { ...topology, instances: 5 };
    expect(await refusal(onRunning(stack, 'abc123').open({ ...options, topology: other }))).to.equal(
      'the running stack abc123 cannot serve this run: instances is 3 there, and this run needs 5',
    );
    expect(await refusal(onRunning(stack, 'abc123').open(options))).to.include('faults left a rule');
    expect(done).to.deep.equal(['closed', 'closed']);
  });

  it('are refused on a stack of a kind that is not kept', () => {
    expect(() => onRunning({ kind: 'lab' } as Stack, 'x')).to.throw('--on runs on a kept stack of the kind k3s');
  });
});

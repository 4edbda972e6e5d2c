/** A small lab for tests that need little of one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Context } from 'mocha';
import { type Topology, topologySchema } from '../../scenario/topology.ts';
import type { OpenStack } from '../stack.ts';
import { labStack } from './index.ts';

export interface TestLab {
  readonly folder: string;
  readonly open: OpenStack;
}

/** One instance, where there can be a lab; elsewhere the test is skipped, with the reason. */
export async function openTestLab(context: Context, more: Partial<Topology>): Promise<TestLab> {
  const why = await labStack.unavailable();
  if (why) {
    console.log(`    skipped: ${why}`);
    context.skip();
  }
  const folder = await mkdtemp(join(tmpdir(), 'pgdrill-lab-'));
  const topology = topologySchema.parse({ instances: 1, durability: 'asynchronous', ...more });
  const { signal } = new AbortController();
  return { folder, open: await labStack.open({ topology, folder, signal, progress: () => {} }) };
}

/** Closes it, and looks that nothing is left. */
export async function closeTestLab({ folder, open }: TestLab): Promise<void> {
  await open[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
  expect((await labStack.residue(open.id)).found).to.deep.equal([]);
}

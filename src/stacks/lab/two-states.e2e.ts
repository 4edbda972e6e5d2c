/** Two real labs of two state folders on one machine: nobody removes what is another's. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { type Topology, topologySchema } from '../../scenario/topology.ts';
import type { OpenStack } from '../stack.ts';
import { namespacesOf } from './hosts/network.ts';
import { labStack } from './index.ts';

describe('two labs of two state folders', function () {
  this.timeout(300_000);
  const stateBefore = process.env.PGDRILL_STATE;
  let folder: string;
  let open: Record<'ours' | 'theirs', OpenStack>;

  /** Runs `work` with that state folder. */
  const within = async <T>(state: string, work: () => Promise<T>): Promise<T> => {
    process.env.PGDRILL_STATE = join(folder, state);
    return work();
  };
  const pgdrill = async (state: string, ...words: string[]) => {
    const env = { PGDRILL_STATE: join(folder, state) };
    return execa(process.execPath, ['src/cli/main.ts', ...words], { env, all: true, reject: false });
  };
  /** The instances that answer a query, by state folder. */
  const serves = (state: 'ours' | 'theirs') =>
    within(state, async () => {
      const client = await open[state].connect(await open[state].primary());
      return (await client.query<{ ok: number }>('select 1 as ok').finally(() => client.end())).rows[0]!.ok;
    });

  before(async function possible() {
    const why = await labStack.unavailable();
    if (why) {
      console.log(`    skipped: ${why}`);
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-two-'));
    const topology: Topology = topologySchema.parse({ instances: 1, durability: 'asynchronous' });
    const options = { topology, folder, signal: new AbortController().signal, progress: () => {} };
    // This process owns one; the other is kept, as `pgdrill up` keeps it.
    const ours = await within('ours', () => labStack.open(options));
    const theirs = await within('theirs', () => labStack.open({ ...options, keep: true }));
    open = { ours, theirs };
  });
  after(async () => {
    for (const state of ['ours', 'theirs'] as const)
      if (open?.[state]) await within(state, () => labStack.remove(open[state].id));
    if (stateBefore === undefined) delete process.env.PGDRILL_STATE;
    else process.env.PGDRILL_STATE = stateBefore;
    if (folder) await rm(folder, { recursive: true });
  });

  it('survive each other’s heal, down and prune', async () => {
    for (const [state, other] of [
      ['ours', 'theirs'],
      ['theirs', 'ours'],
    ] as const) {
      const heal = await pgdrill(state, 'heal');
      expect(heal.all).to.contain('nothing is left behind').and.not.contain(open[other].id);
      await pgdrill(state, 'prune', '--out', folder, '--keep', '0');
      expect([await serves('ours'), await serves('theirs')], `heal and prune of ${state}`).to.deep.equal([1, 1]);
    }
    expect((await pgdrill('ours', 'down')).all).to.contain('no lab stack is kept');
    expect([await serves('ours'), await serves('theirs')]).to.deep.equal([1, 1]);
  });

  it('are removed only by the heal of their own state folder, once their harness is dead', async () => {
    const file = join(folder, 'ours', 'labs', open.ours.id, 'lab.json');
    const state = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...state, owner: { pid: process.pid, startTicks: '1' } }));
    await writeFile(
      `/run/pgdrill/labs/${open.ours.id}.json`,
      JSON.stringify({ labs: join(folder, 'ours', 'labs'), owner: { pid: process.pid, startTicks: '1' } }),
    );
    await pgdrill('theirs', 'heal');
    expect((await namespacesOf(open.ours.id)).length).to.be.greaterThan(0);
    expect((await pgdrill('ours', 'heal')).all).to.contain(`removing ${open.ours.id}`);
    expect(await namespacesOf(open.ours.id)).to.deep.equal([]);
    expect(await serves('theirs')).to.equal(1);
  });

  it('that are kept are removed by the down of their own state folder', async () => {
    expect((await pgdrill('theirs', 'down')).all).to.contain(`removed lab ${open.theirs.id}`);
    expect(await namespacesOf(open.theirs.id)).to.deep.equal([]);
  });
});

import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { UndoRecord } from '../faults/target.ts';
import { openUndoStore } from '../safety/undo.ts';
import { type DeadStacks, healDead } from './heal.ts';

const record = (host: string, stackId = 'abc123'): UndoRecord => ({
  ...{ id: randomUUID(), stack: 'lab', stackId, fault: 'isolate', how: { host } },
  target: { kind: 'instance', name: host, host, address: '198.18.0.21' },
});

describe('healing what dead runs left', () => {
  let folder: string;
  let done: string[];
  let said: string[];
  const before = process.env.PGDRILL_STATE;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-heal-'));
    process.env.PGDRILL_STATE = join(folder, 'state');
    [done, said] = [[], []];
  });
  afterEach(async () => {
    if (before === undefined) delete process.env.PGDRILL_STATE;
    else process.env.PGDRILL_STATE = before;
    await rm(folder, { recursive: true });
  });

  const stack = (change: Partial<DeadStacks> = {}): DeadStacks => ({
    kind: 'lab',
    abandoned: async () => [],
    heal: async ({ how }) => {
      done.push(`heal ${how.host}`);
      return 'healed';
    },
    remove: async (id) => void done.push(`remove ${id}`),
    residue: async () => ({ checked: [], found: [] }),
    ...change,
  });
  /** Heals these records. @returns what is left, and the hosts whose records are kept */
  async function heal(records: readonly UndoRecord[], change?: Partial<DeadStacks>) {
    const store = await openUndoStore(folder);
    for (const one of records) await store.write(one);
    const left = await healDead(stack(change), records, (line) => said.push(line));
    const names = await readdir(join(folder, 'state', 'undo'));
    return {
      left,
      kept: records.filter(({ id }) => names.some((name) => name.includes(id))).map(({ how }) => how.host),
    };
  }

  it('undoes every fault, then removes the stacks, and forgets the records', async () => {
    const { left, kept } = await heal([record('pg2'), record('pg1')], { abandoned: async () => ['abc123'] });
    expect(done).to.deep.equal(['heal pg2', 'heal pg1', 'remove abc123']);
    expect([left, kept]).to.deep.equal([[], []]);
    expect(said).to.deep.equal(['lab: isolate of pg2: healed', 'lab: isolate of pg1: healed', 'lab: removing abc123']);
  });

  it('goes on where one fault cannot be undone, names it and keeps its record', async () => {
    const fails: DeadStacks['heal'] = async ({ how }) => {
      if (how.host === 'pg2') throw new Error('pg2 still drops packets');
      done.push(`heal ${how.host}`);
      return 'healed';
    };
    const { left, kept } = await heal([record('pg2'), record('pg1')], { heal: fails });
    expect(done).to.deep.equal(['heal pg1']);
    expect(left).to.deep.equal(['lab: isolate of pg2, which could not be undone: pg2 still drops packets']);
    expect(kept).to.deep.equal(['pg2']);
  });

  it('removes the whole stack where a fault in it cannot be undone, and forgets the record only then', async () => {
    const fails = async () => Promise.reject(new Error('the host is gone'));
    const abandoned = async () => ['abc123'];
    const gone = await heal([record('pg1')], { heal: fails, abandoned });
    expect([gone.left, gone.kept]).to.deep.equal([[], []]);
    expect(said).to.include('lab: isolate of pg1: not undone (the host is gone), but its whole stack is removed');
    const residue = async () => ({ checked: [], found: ['process 7'] });
    const stays = await heal([record('pg1')], { heal: fails, abandoned, residue });
    expect([stays.left, stays.kept]).to.deep.equal([['process 7'], ['pg1']]);
  });

  it('keeps the record of a stack that is not removed, beside one that is', async () => {
    const fails = async () => Promise.reject(new Error('it is stuck'));
    const living = record('pg9', 'fedcba');
    const { left, kept } = await heal([record('pg1'), living], { heal: fails, abandoned: async () => ['abc123'] });
    expect(left).to.deep.equal(['lab: isolate of pg9, which could not be undone: it is stuck']);
    expect(kept).to.deep.equal(['pg9']);
  });

  it('goes on where one stack cannot be removed, and names it', async () => {
    const remove: DeadStacks['remove'] = async (id) => {
      if (id === 'aaaaaa') throw new Error('it is busy');
      done.push(`remove ${id}`);
    };
    const { left } = await heal([], { remove, abandoned: async () => ['aaaaaa', 'bbbbbb'] });
    expect(done).to.deep.equal(['remove bbbbbb']);
    expect(left).to.deep.equal(['lab aaaaaa, which could not be removed: it is busy']);
  });
});

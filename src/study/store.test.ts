import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { combinations, planCells } from '../scenario/cells.ts';
import { openStore, pending } from './store.ts';

describe('the folder of a study', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-study-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const cells = planCells(combinations({ a: ['1', '2'] }), () => 2, 1);
  const done = (cell: string) => ({ cell, run: `run-of-${cell}`, outcome: 'pass', tookMs: 1 });

  it('remembers which cells were run, so that another command goes on with the rest', async () => {
    const first = await openStore(folder, { a: 1 }, 42);
    await first.add(done(cells[0]!.id));
    const second = await openStore(folder, { a: 1 }, 43);
    expect(second.seed, 'the order stays').to.equal(42);
    expect(pending(cells, second).map(({ id }) => id)).to.deep.equal(cells.slice(1).map(({ id }) => id));
  });

  it('leaves nothing where no run was made', async () => {
    await openStore(join(folder, 'asked-only'), { a: 1 }, 1);
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('goes on where only the words of the plan have changed', async () => {
    await (await openStore(folder, { a: 1, risk: 'as it was said' }, 1)).add(done(cells[0]!.id));
    const again = await openStore(folder, { a: 1, risk: 'as it is said now' }, 1);
    expect(again.done()).to.have.length(1);
  });

  it('goes on where a part has changed that does not decide what a run is', async () => {
    await (await openStore(folder, { a: 1, factors: ['x'] }, 1)).add(done(cells[0]!.id));
    const wider = await openStore(folder, { a: 1 }, 1, ['factors']);
    expect(wider.done()).to.have.length(1);
    const error = await openStore(folder, { a: 2 }, 1, ['factors']).catch((reason: Error) => reason);
    expect(String(error)).to.match(/holds the runs of another plan/);
  });

  it('refuses to mix the runs of two plans', async () => {
    await (await openStore(folder, { a: 1 }, 1)).add(done(cells[0]!.id));
    const error = await openStore(folder, { a: 2 }, 1).catch((reason: Error) => reason);
    expect(String(error)).to.match(/holds the runs of another plan/);
  });
});

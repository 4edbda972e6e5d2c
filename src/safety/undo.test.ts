import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { UndoRecord } from '../faults/target.ts';
import { ownerOf } from './owner.ts';
import { findLeftUndos, leftUndos, openUndoStore, removeUndo } from './undo.ts';

const record = (id: string, stack: UndoRecord['stack'] = 'lab'): UndoRecord => ({
  id,
  stack,
  stackId: 'abc123',
  fault: 'isolate',
  target: { kind: 'instance', name: 'pg1', host: 'pg1', address: '198.18.0.21' },
  how: { host: 'pg1' },
});

describe('undo records', () => {
  let folder: string;
  let indexFolder: string;
  const before = process.env.PGDRILL_STATE;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-undo-'));
    process.env.PGDRILL_STATE = join(folder, 'state');
    indexFolder = join(folder, 'state', 'undo');
  });
  afterEach(async () => {
    if (before === undefined) delete process.env.PGDRILL_STATE;
    else process.env.PGDRILL_STATE = before;
    await rm(folder, { recursive: true });
  });

  /** Makes the indexed records those of a process that has ended. */
  async function killOwner(): Promise<void> {
    const child = spawn('sleep', ['60']);
    const owner = await ownerOf(child.pid!);
    child.kill('SIGKILL');
    await once(child, 'close');
    for (const name of await readdir(indexFolder)) {
      const entry = JSON.parse(await readFile(join(indexFolder, name), 'utf8'));
      await writeFile(join(indexFolder, name), JSON.stringify({ ...entry, owner }));
    }
  }

  it('are on disk when write resolves, in the run’s folder and in the machine’s', async () => {
    const store = await openUndoStore(folder);
    await store.write(record('one'));
    const names = await readdir(join(folder, 'undo'));
    expect(names).to.have.length(1);
    expect(JSON.parse(await readFile(join(folder, 'undo', names[0]!), 'utf8'))).to.deep.equal(record('one'));
    expect(await readdir(indexFolder)).to.have.length(1);
  });

  it('of a run that lives are nobody else’s', async () => {
    await (await openUndoStore(folder)).write(record('one'));
    expect(await leftUndos('lab')).to.deep.equal([]);
  });

  it('of a run that died are found whole, by kind of stack', async () => {
    const store = await openUndoStore(folder);
    await store.write(record('one'));
    await store.write(record('two', 'k3s'));
    await killOwner();
    expect(await leftUndos('lab')).to.deep.equal([record('one')]);
    expect(await leftUndos('k3s')).to.deep.equal([record('two', 'k3s')]);
  });

  it('are gone from both places once removed, and removing again does nothing', async () => {
    const store = await openUndoStore(folder);
    await store.write(record('one'));
    await store.remove(record('one'));
    await store.remove(record('one'));
    expect(await readdir(join(folder, 'undo'))).to.deep.equal([]);
    expect(await readdir(indexFolder)).to.deep.equal([]);
  });

  it('of a dead run are removed from both places too, even where the run’s folder is gone', async () => {
    const store = await openUndoStore(folder);
    await store.write(record('one'));
    await killOwner();
    await rm(join(folder, 'undo'), { recursive: true });
    await removeUndo(record('one'));
    expect(await findLeftUndos()).to.deep.equal({ records: [], torn: [] });
  });

  it('with odd ids do not leave their folder', async () => {
    const store = await openUndoStore(folder);
    await store.write(record('../../escaped'));
    expect(await readdir(indexFolder)).to.deep.equal(['lab.abc123...%2F..%2Fescaped.json']);
  });

  it('torn anywhere are reported and do not hide the others', async () => {
    const store = await openUndoStore(folder);
    await store.write(record('torn'));
    await killOwner();
    const torn = join(indexFolder, (await readdir(indexFolder))[0]!);
    const whole = await readFile(torn);
    await store.write(record('whole'));
    await killOwner();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        await writeFile(torn, whole);
        await truncate(torn, length);
        expect(await findLeftUndos()).to.deep.equal({ records: [record('whole')], torn: [torn] });
      }),
      { numRuns: 50 },
    );
  });
});

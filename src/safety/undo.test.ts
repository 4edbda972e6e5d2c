import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { UsageError } from '../errors.ts';
import type { UndoRecord } from '../faults/target.ts';
import { ownerOf } from './owner.ts';
import { findLeftUndos, leftUndos, openUndoStore, removeUndo, removeUnfinishedUndos } from './undo.ts';

const [one, two] = [randomUUID(), randomUUID()];
const record = (id: string = randomUUID(), stack: UndoRecord['stack'] = 'lab'): UndoRecord => ({
  id,
  stack,
  stackId: 'abc123',
  fault: 'isolate',
  target: { kind: 'instance', name: 'pg1', host: 'pg1', address: '198.18.0.21' },
  how: stack === 'lab' ? { host: 'pg1' } : { node: 'agent-1', address: '172.18.0.3' },
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
    await store.write(record(one));
    const names = await readdir(join(folder, 'undo'));
    expect(names).to.have.length(1);
    expect(JSON.parse(await readFile(join(folder, 'undo', names[0]!), 'utf8'))).to.deep.equal(record(one));
    expect(await readdir(indexFolder)).to.have.length(1);
  });

  it('of a run that lives are nobody else’s', async () => {
    await (await openUndoStore(folder)).write(record(one));
    expect(await leftUndos('lab')).to.deep.equal([]);
  });

  it('of a run that died are found whole, by kind of stack', async () => {
    const store = await openUndoStore(folder);
    await store.write(record(one));
    await store.write(record(two, 'k3s'));
    await killOwner();
    expect(await leftUndos('lab')).to.deep.equal([record(one)]);
    expect(await leftUndos('k3s')).to.deep.equal([record(two, 'k3s')]);
  });

  it('are gone from both places once removed, and removing again does nothing', async () => {
    const store = await openUndoStore(folder);
    await store.write(record(one));
    await store.remove(record(one));
    await store.remove(record(one));
    expect(await readdir(join(folder, 'undo'))).to.deep.equal([]);
    expect(await readdir(indexFolder)).to.deep.equal([]);
  });

  it('of a dead run are removed from both places too, even where the run’s folder is gone', async () => {
    const store = await openUndoStore(folder);
    await store.write(record(one));
    await killOwner();
    await rm(join(folder, 'undo'), { recursive: true });
    await removeUndo(record(one));
    expect(await findLeftUndos()).to.deep.equal({ records: [], refused: [] });
  });

  it('of a dead run take their copy with them, and nothing else in its folder', async () => {
    const store = await openUndoStore(folder);
    await store.write(record(one));
    await store.write(record());
    await writeFile(join(folder, 'undo', 'notes.txt'), 'kept');
    await killOwner();
    await removeUndo(record(one));
    const left = await readdir(join(folder, 'undo'));
    expect(left).to.include('notes.txt').and.have.lengthOf(2);
    expect(left).not.to.include(`lab.abc123.${one}.json`);
    expect(await readdir(indexFolder)).to.have.lengthOf(1);
  });

  it('are none where there is no state folder, and leave other files alone', async () => {
    expect(await findLeftUndos()).to.deep.equal({ records: [], refused: [] });
    await removeUndo(record(one));
    expect(existsSync(join(folder, 'state'))).to.equal(false);
    await openUndoStore(folder);
    await writeFile(join(indexFolder, 'README'), 'not a record');
    expect(await findLeftUndos()).to.deep.equal({ records: [], refused: [] });
  });

  it('are carried out last first, in the order of their files', async () => {
    const store = await openUndoStore(folder);
    const all = [record(), record(), record()];
    for (const [i, one] of all.entries()) {
      await store.write(one);
      const file = join(indexFolder, `lab.abc123.${one.id}.json`);
      await utimes(file, i + 1, i + 1);
    }
    const times = await Promise.all(
      (await readdir(indexFolder)).map(async (name) => [name, await stat(join(indexFolder, name))] as const),
    );
    await killOwner();
    for (const [name, { atime, mtime }] of times) await utimes(join(indexFolder, name), atime, mtime);
    expect(await leftUndos('lab')).to.deep.equal(all.toReversed());
  });

  it('that a run has left are found at its end', async () => {
    const store = await openUndoStore(folder);
    expect(await store.left()).to.deep.equal([]);
    await store.write(record(one));
    expect(await store.left()).to.deep.equal([`lab.abc123.${one}.json`]);
    await store.remove(record(one));
    expect(await store.left()).to.deep.equal([]);
  });

  it('that could not be undone from another process are not written at all, so that nothing is broken', async () => {
    const store = await openUndoStore(folder);
    const error = await store.write({ ...record(), how: { hosts: 'pg1' } }).catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(UsageError);
    expect(await readdir(join(folder, 'undo'))).to.deep.equal([]);
    expect(await readdir(indexFolder)).to.deep.equal([]);
  });

  it('torn anywhere are reported and do not hide the others', async () => {
    const store = await openUndoStore(folder);
    await store.write(record());
    await killOwner();
    const torn = join(indexFolder, (await readdir(indexFolder))[0]!);
    const whole = await readFile(torn);
    await store.write(record(two, 'k3s'));
    await killOwner();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        await writeFile(torn, whole);
        await truncate(torn, length);
        const { records, refused } = await findLeftUndos();
        expect(records).to.deep.equal([record(two, 'k3s')]);
        expect(refused).to.deep.equal([{ file: torn, why: 'it is not whole JSON' }]);
      }),
      { numRuns: 50 },
    );
  });

  describe('that somebody else made', () => {
    /** Puts a file into the state folder as another program would, beside one that is whole. @returns why it is refused */
    async function forged(change: Record<string, unknown>, file?: string): Promise<string | undefined> {
      await (await openUndoStore(folder)).write(record(one));
      await killOwner();
      const entry = JSON.parse(await readFile(join(indexFolder, `lab.abc123.${one}.json`), 'utf8'));
      const id = randomUUID();
      const path = join(indexFolder, file ?? `lab.abc123.${id}.json`);
      const { record: inner, ...rest } = change as { record?: object };
      await writeFile(path, JSON.stringify({ ...entry, record: { ...entry.record, id, ...inner }, ...rest }));
      const { records, refused } = await findLeftUndos();
      expect(records, 'the whole one').to.deep.equal([record(one)]);
      return refused.find((one) => one.file === path)?.why;
    }

    it('are refused where they hold a command instead of a name', async () => {
      const uid = '$(touch /tmp/owned)';
      const why = await forged({ record: { stack: 'k3s', fault: 'freeze', how: { pod: 'pg-1', node: 'n', uid } } });
      expect(why).to.contain('how.uid: Invalid UUID');
    });

    it('are refused where they lead out of the folder of their stack', async () => {
      expect(await forged({ record: { stackId: '../../tmp/x' } })).to.contain(
        'stackId: expected six hexadecimal digits',
      );
      expect(await forged({ record: { id: '../../escaped' } })).to.contain('id: Invalid UUID');
      expect(await forged({ record: { how: { host: '../pg1' } } })).to.contain('how.host: expected a DNS label');
    });

    it('are refused where they hold more than undoing needs, or another fault’s', async () => {
      expect(await forged({ record: { how: { host: 'pg1', after: 'rm' } } })).to.contain('Unrecognized key');
      expect(await forged({ record: { fault: 'drain' } })).to.contain('names drain, which the stack lab does not have');
      expect(await forged({ more: 1 })).to.contain('Unrecognized key');
      expect(await forged({ owner: { pid: 0, startTicks: '' } })).to.contain('owner.pid');
    });

    it('are refused where their file has the name of another record', async () => {
      expect(await forged({}, 'lab.abc123.other.json')).to.contain('its record should be in the file lab.abc123.');
    });

    it('are refused where they are a link, a pipe, too large, or another user’s', async () => {
      await openUndoStore(folder);
      const target = join(folder, 'elsewhere.json');
      await writeFile(target, '{}');
      await symlink(target, join(indexFolder, 'link.json'));
      await execa('mkfifo', [join(indexFolder, 'pipe.json')]);
      await writeFile(join(indexFolder, 'large.json'), ' '.repeat(300_000));
      const why = Object.fromEntries((await findLeftUndos()).refused.map((one) => [basename(one.file), one.why]));
      expect(why['link.json']).to.equal('it should be a regular file, but is not');
      expect(why['pipe.json']).to.equal('it should be a regular file, but is not');
      expect(why['large.json']).to.contain('at most 262144 bytes, but holds 300000');
      if (process.geteuid?.() !== 0) return;
      await writeFile(join(indexFolder, 'other.json'), '{}');
      await chown(join(indexFolder, 'other.json'), 65_534, 65_534);
      const { refused } = await findLeftUndos();
      expect(refused.find((one) => one.file.endsWith('other.json'))?.why).to.contain('belongs to user 65534');
    });

    it('delete no file but a copy of the same record', async () => {
      const store = await openUndoStore(folder);
      await store.write(record(one));
      await killOwner();
      const file = join(indexFolder, (await readdir(indexFolder))[0]!);
      const entry = JSON.parse(await readFile(file, 'utf8'));
      const precious = join(folder, 'precious');
      await mkdir(join(folder, 'fake', 'undo'), { recursive: true });
      const disguised = join(folder, 'fake', 'undo', basename(file));
      // Whole copies, but not where a run keeps them: under another name, and in another folder.
      const renamed = join(folder, 'fake', 'undo', 'lab.abc123.renamed.json');
      const moved = join(folder, 'fake', basename(file));
      const link = join(folder, 'undo', basename(file));
      for (const path of [renamed, moved]) await writeFile(path, JSON.stringify(record(one)));
      for (const copy of [precious, disguised, renamed, moved, join('undo', basename(file))]) {
        await writeFile(precious, 'kept');
        await writeFile(disguised, JSON.stringify({ ...record(one), target: { kind: 'node', name: 'x' } }));
        await writeFile(file, JSON.stringify({ ...entry, copy }));
        await removeUndo(record(one));
        expect(await readFile(precious, 'utf8')).to.equal('kept');
        for (const path of [disguised, renamed, moved]) expect(existsSync(path), path).to.equal(true);
      }
      await rm(link);
      await symlink(precious, link);
      await writeFile(precious, JSON.stringify(record(one)));
      await writeFile(file, JSON.stringify({ ...entry, copy: link }));
      await removeUndo(record(one));
      expect(existsSync(precious)).to.equal(true);
      expect(existsSync(link), 'the link').to.equal(true);
    });
  });

  it('that a dead process had not finished writing are removed, those of a living one are not', async () => {
    await openUndoStore(folder);
    const child = spawn('sleep', ['60']);
    const dead = await ownerOf(child.pid!);
    child.kill('SIGKILL');
    await once(child, 'close');
    const alive = await ownerOf(process.pid);
    const name = (owner: typeof dead) => `lab.abc123.${one}.json.${owner!.pid}-${owner!.startTicks}.unfinished`;
    for (const owner of [dead, alive]) await writeFile(join(indexFolder, name(owner)), '{"rec');
    await removeUnfinishedUndos();
    expect(await readdir(indexFolder)).to.deep.equal([name(alive)]);
  });

  it('that were not finished are none where there is no state folder', async () => {
    await removeUnfinishedUndos();
    expect(existsSync(join(folder, 'state'))).to.equal(false);
  });

  it('of a dead run leave a copy that is no longer theirs', async () => {
    await (await openUndoStore(folder)).write(record(one));
    await killOwner();
    const copy = join(folder, 'undo', `lab.abc123.${one}.json`);
    await writeFile(copy, JSON.stringify(record(two)));
    await removeUndo(record(one));
    expect(existsSync(copy)).to.equal(true);
  });
});

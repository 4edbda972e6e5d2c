import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { SetupError } from '../errors.ts';
import type { Draft } from './event.ts';
import { JournalWriter, openJournal } from './write.ts';

const note = (text: string): Draft<'note'> => ({ kind: 'note', tUs: 5, level: 'info', text });
const threeConnects: Draft<'connect'> = {
  kind: 'connect',
  tUs: 9,
  n: 3,
  baseUs: 0,
  client: [0, 1, 2],
  path: [0, 0, 0],
  paths: ['direct'],
  start: [0, 1, 2],
  took: [5, 5, 5],
  outcome: [0, 0, 0],
  error: [-1, -1, -1],
  errors: [],
};
const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the writer of a journal', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-journal-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const linesOf = async (path: string) =>
    (await readFile(path, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { seq: number; kind: string; text?: string });

  it('numbers lines, and gives a batch as many numbers as it has rows', async () => {
    const journal = await openJournal(join(folder, 'run.ndjson'));
    expect([journal.append(note('a')), journal.append(threeConnects), journal.append(note('b'))]).to.deep.equal([
      0, 1, 4,
    ]);
    await journal.close();
    expect((await linesOf(journal.path)).map((line) => [line.seq, line.kind])).to.deep.equal([
      [0, 'note'],
      [1, 'connect'],
      [4, 'note'],
    ]);
  });

  it('has everything in the file when a flush is done', async () => {
    const journal = await openJournal(join(folder, 'run.ndjson'));
    for (let i = 0; i < 1000; i++) journal.append(note(`line ${i}`));
    await journal.flush();
    expect(await linesOf(journal.path)).to.have.length(1000);
    await journal.close();
  });

  it('writes unflushed lines on its own, in order', async () => {
    const journal = await openJournal(join(folder, 'run.ndjson'));
    journal.append(note('first'));
    journal.append(note('second'));
    await sleep(400);
    expect((await linesOf(journal.path)).map((line) => line.text)).to.deep.equal(['first', 'second']);
    await journal.close();
  });

  it('refuses to share a file with another run', async () => {
    const first = await openJournal(join(folder, 'run.ndjson'));
    const error = await failure(openJournal(first.path));
    expect(error).to.be.instanceOf(SetupError);
    expect((error as Error).message).to.match(/another run wrote it; choose another folder/);
    await first.close();
  });

  it('says that its folder is missing', async () => {
    const error = await failure(openJournal(join(folder, 'nowhere', 'run.ndjson')));
    expect((error as Error).message).to.match(/its folder is not there; create it/);
  });

  it('reports a full disk in one sentence, again at every later use', async function () {
    // /dev/full answers every write with ENOSPC; it exists on Linux only.
    const journal = new JournalWriter('/dev/full', await open('/dev/full', 'a').catch(() => this.skip()));
    journal.append(note('lost'));
    const error = await failure(journal.flush());
    expect(error).to.be.instanceOf(SetupError);
    expect((error as Error).message).to.match(/\/dev\/full cannot be written: the disk is full; free some space/);
    expect(() => journal.append(note('more'))).to.throw(SetupError, 'the disk is full');
    expect(await failure(journal.close())).to.equal(error);
  });
});

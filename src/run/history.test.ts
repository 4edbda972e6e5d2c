import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SetupError, UsageError } from '../errors.ts';
import { crashStory } from '../journal/stories.ts';
import { judge } from '../measure/judge.ts';
import { historyLine } from '../report/history.ts';
import { loadHistory, remember } from './history.ts';

describe('the history of runs', () => {
  let out: string;
  beforeEach(async () => {
    out = await mkdtemp(join(tmpdir(), 'pgdrill-history-'));
  });
  afterEach(() => rm(out, { recursive: true }));

  it('is empty before the first run', async () => expect(await loadHistory(out)).to.deep.equal([]));

  const lineOf = async () => {
    const run = await crashStory().run();
    return historyLine(run, judge(run));
  };

  it('gains a line for each run, and the page over all runs shows them', async () => {
    const line = await lineOf();
    expect(await remember(out, line, [])).to.equal(
      'the first run of primary-crash on lab here; later ones are compared with it',
    );
    await remember(out, line, [line]);
    expect(await loadHistory(out)).to.have.length(2);
    expect(await readFile(join(out, 'index.html'), 'utf8')).to.contain('2 runs');
  });

  it('takes the place of a last line that was torn, and ends one that lacks its end', async () => {
    const line = await lineOf();
    await remember(out, line, []);
    const file = join(out, 'history.ndjson');
    const whole = await readFile(file, 'utf8');
    await writeFile(file, whole + whole.slice(0, 40));
    expect(await loadHistory(out)).to.have.lengthOf(1);
    await remember(out, line, [line]);
    expect(await readFile(file, 'utf8')).to.equal(whole + whole);
    await writeFile(file, whole.trimEnd());
    await remember(out, line, [line]);
    expect(await readFile(file, 'utf8')).to.equal(whole + whole);
  });

  it('is reported in one sentence where it cannot be read or written', async () => {
    const line = await lineOf();
    const failure = (work: Promise<unknown>) => work.catch((error: unknown) => error) as Promise<Error>;
    await mkdir(join(out, 'history.ndjson'));
    expect(await failure(loadHistory(out))).to.be.instanceOf(UsageError);
    await rm(join(out, 'history.ndjson'), { recursive: true });
    // Writes to /dev/full fail as on a full disk.
    await symlink('/dev/full', join(out, 'index.html'));
    const full = await failure(remember(out, line, []));
    expect(full).to.be.instanceOf(SetupError);
    expect(full.message).to.match(
      /^the index .*index\.html cannot be written: the disk is full; the journal beside it is whole/,
    );
  });

  it('gives the place of a run among those that can be compared with it', async () => {
    const line = await lineOf();
    expect(await remember(out, line, [line])).to.equal('write outage: the same as in the earlier drill');
  });
});

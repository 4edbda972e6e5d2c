/** Runs whose stack does not open. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SetupError, UsageError } from '../errors.ts';
import type { Ending, Hook } from '../hooks/hook.ts';
import { scenario } from '../index.ts';
import type { Stack } from '../stacks/stack.ts';
import { loadHistory } from './history.ts';
import { runDrill } from './index.ts';

describe('a run whose stack does not open', () => {
  let out: string;
  let endings: Ending[];
  const before = process.env.PGDRILL_STATE;
  beforeEach(async () => {
    out = await mkdtemp(join(tmpdir(), 'pgdrill-refused-'));
    process.env.PGDRILL_STATE = join(out, '..', `${out}-state`);
    endings = [];
  });
  afterEach(async () => {
    await rm(process.env.PGDRILL_STATE!, { recursive: true, force: true });
    if (before === undefined) delete process.env.PGDRILL_STATE;
    else process.env.PGDRILL_STATE = before;
    await rm(out, { recursive: true });
  });

  const steady = scenario({
    ...{ name: 'steady', asks: 'Is it calm?', needs: [], limits: { lostWrites: { max: 0 } } },
    drill: async () => {},
  });
  const hook: Hook = { name: 'notified', start: async () => async (ending) => void endings.push(ending) };
  const run = (
    open: () => Promise<never>,
    prepare?: (folder: string) => Promise<void>,
    more: object = {},
    drilled = steady,
  ) => {
    const stack = {
      ...{ kind: 'lab', capabilities: new Set(), settings: {}, planned: () => ({}), residue: async () => ({}) },
      ...more,
      open: async ({ folder }: { folder: string }) => {
        await prepare?.(folder);
        return open();
      },
    } as unknown as Stack;
    const signal = new AbortController().signal;
    return runDrill({ scenario: drilled, stack, out, command: '', signal, notify: { hooks: [hook], reason: '' } });
  };

  it('is refused for bad input, and nothing is left: no folder, no line of the history', async () => {
    const why = new UsageError('the setting ttl expects a whole number');
    expect(await run(() => Promise.reject(why)).catch((error: unknown) => error)).to.equal(why);
    expect(await readdir(out)).to.deep.equal([]);
    expect(endings).to.deep.equal([{ event: 'abort', outcome: 'unknown', sentence: why.message }]);
  });

  it('is refused with a client program that does not show that it checks certificates, on an existing cluster, which is not opened', async () => {
    let opened = false;
    const open = async () => {
      opened = true;
      throw new Error('it was opened');
    };
    const withClients = { ...steady, load: { ...steady.load, clients: ['/bin/true'] } };
    const why = await run(open, undefined, { kind: 'cluster' }, withClients).catch((error: unknown) => error);
    expect(why)
      .to.be.instanceOf(UsageError)
      .with.property('message')
      .that.includes('the client true is given no password');
    expect(opened).to.equal(false);
    expect(await readdir(out)).to.deep.equal([]);
  });

  it('is unknown for any other reason, with its journal, its report and its line of the history', async () => {
    const { verdict, trouble, folder } = await run(() => Promise.reject(new SetupError('etcd did not start')));
    expect(trouble?.message).to.equal('etcd did not start');
    expect(verdict.outcome).to.equal('unknown');
    expect(await readdir(folder)).to.include.members(['run.ndjson', 'verdict.json', 'report.html']);
    expect(await loadHistory(out)).to.have.lengthOf(1);
    expect(endings).to.have.lengthOf(1);
  });

  it('is an error of one sentence where the disk is full while its report is written, and others hear that it ended', async () => {
    const full = (folder: string) => symlink('/dev/full', join(folder, 'report.html'));
    const failing = run(() => Promise.reject(new SetupError('etcd did not start')), full);
    const error = (await failing.catch((reason: unknown) => reason)) as Error;
    expect(error).to.be.instanceOf(SetupError);
    expect(error.message).to.match(
      /^the report .*report\.html cannot be written: the disk is full; the journal beside/,
    );
    const [name] = (await readdir(out)).filter((entry) => entry.includes('steady'));
    expect(existsSync(join(out, name!, 'run.ndjson'))).to.equal(true);
    expect(endings).to.have.lengthOf(1);
  });
});

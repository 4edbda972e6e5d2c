import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Instance } from '../faults/aim.ts';
import { startClock } from '../journal/clock.ts';
import type { EventOf, JournalEvent } from '../journal/event.ts';
import { openJournal } from '../journal/write.ts';
import { openUndoStore } from '../safety/undo.ts';
import type { ActiveFault, Parameters as FaultParameters, OpenStack } from '../stacks/stack.ts';
import type { DrillContext } from './context.ts';
import { Injections } from './injections.ts';
import { Recorder } from './recorder.ts';

const target: Instance = { kind: 'instance', name: 'pg-1', host: '', address: '' };

/** Faults on a stack that breaks nothing, and the journal of what was done. */
async function faultsIn(
  folder: string,
  heal: () => Promise<string> = async () => 'whole',
  change: Partial<DrillContext> = {},
  own: Partial<ActiveFault> = {},
) {
  const journal = await openJournal(join(folder, 'run.ndjson'));
  const recorder = new Recorder(journal, startClock());
  const lines: EventOf<'fault'>[] = [];
  recorder.listen((event: JournalEvent) => void (event.kind === 'fault' && lines.push(event)));
  const given: FaultParameters[] = [];
  const stack = {
    inject: async (fault, aimed, undo, parameters = {}): Promise<ActiveFault> => {
      given.push(parameters);
      const onCluster = { kind: 'TimeChaos', name: 'pgdrill-pg-0a1b2c', pod: aimed.name };
      await undo({
        ...{ id: randomUUID(), fault, target: aimed },
        ...(fault === 'experiment'
          ? { stack: 'cluster', stackId: 'c/db/pg', how: onCluster }
          : { stack: 'lab', stackId: 'abcdef', how: { host: aimed.name } }),
      });
      const moment = { beforeNs: process.hrtime.bigint(), afterNs: process.hrtime.bigint() };
      return { injected: moment, effective: moment, proof: 'broken', heal, ...own };
    },
  } as Partial<OpenStack>;
  const undos = await openUndoStore(folder);
  const needs = ['lossy', 'freeze', 'isolate', 'crash', 'experiment'];
  const rest = { recorder, undos, needs, signal: new AbortController().signal, step: () => {} };
  const faults = new Injections({ stack, ...rest, ...change } as unknown as DrillContext);
  const course = () => lines.map(({ id, step, scheduled }) => `${id} ${step}${scheduled ? ' on time' : ''}`);
  const undoLeft = () => readdir(join(folder, 'undo'));
  return { faults, lines, given, course, undoLeft, stack, close: () => journal.close() };
}

describe('a fault with parameters', () => {
  let folder: string;
  let state: string | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-injections-'));
    state = process.env.PGDRILL_STATE;
    process.env.PGDRILL_STATE = join(folder, 'state');
  });
  afterEach(async () => {
    if (state === undefined) delete process.env.PGDRILL_STATE;
    else process.env.PGDRILL_STATE = state;
    await rm(folder, { recursive: true });
  });

  it('gives the stack its own, and the journal all of them', async () => {
    const { faults, lines, given, close } = await faultsIn(folder);
    const fault = await faults.inject('lossy', target, { share: 0.02, for: '10s' });
    await fault.heal();
    await close();
    expect(given).to.deep.equal([{ share: 0.02 }]);
    expect(lines[0]?.parameters).to.deep.equal({ share: 0.02, for: '10s' });
  });

  it('ends at its time, which is a part of the incident', async () => {
    const { faults, lines, course, undoLeft, close } = await faultsIn(folder);
    const fault = await faults.inject('freeze', target, { for: '50ms' });
    expect(await undoLeft()).to.have.length(1);
    await fault.ended();
    await close();
    expect(course()).to.deep.equal([
      'freeze-1 inject',
      'freeze-1 effective',
      'freeze-1 heal on time',
      'freeze-1 healed on time',
    ]);
    expect(lines[2]!.beforeUs - lines[0]!.afterUs).to.be.at.least(45_000);
    expect(await undoLeft()).to.deep.equal([]);
  });

  it('comes back as often as it says, each time with an undo of its own', async () => {
    const { faults, lines, course, undoLeft, close } = await faultsIn(folder);
    const fault = await faults.inject('isolate', target, { for: '40ms', every: '100ms', times: 3 });
    await fault.ended();
    await close();
    expect(course().filter((line) => /inject|healed/.test(line))).to.deep.equal(
      [1, 2, 3].flatMap((turn) => [`isolate-1.${turn} inject`, `isolate-1.${turn} healed on time`]),
    );
    const begins = lines.filter(({ step }) => step === 'inject').map(({ beforeUs }) => beforeUs);
    expect(begins[2]! - begins[0]!).to.be.at.least(195_000);
    expect(await undoLeft()).to.deep.equal([]);
  });

  it('that is healed before its time has not ended on time, and does not come back', async () => {
    const { faults, course, close } = await faultsIn(folder);
    const fault = await faults.inject('isolate', target, { for: '10s', every: '20s', times: 3 });
    await fault.heal();
    await fault.ended();
    await close();
    expect(course().at(-1)).to.equal('isolate-1.1 healed');
  });

  it('is healed at the end of the drill, and does not come back', async () => {
    const { faults, course, undoLeft, close } = await faultsIn(folder);
    await faults.inject('isolate', target, { for: '10s', every: '20s', times: 3 });
    await faults.healAll();
    await close();
    expect(course().at(-1)).to.equal('isolate-1.1 healed');
    expect(await undoLeft()).to.deep.equal([]);
  });

  it('that cannot be ended at its time ends the drill', async () => {
    const { faults, close } = await faultsIn(folder, () => Promise.reject(new Error('it stays')));
    await faults.inject('freeze', target, { for: '10ms' });
    const why = await faults.failed.catch((error: Error) => error.message);
    await close();
    expect(why).to.equal('it stays');
  });

  it('that a node ends by its own clock is journalled as the node says, once it is healed', async () => {
    const { faults, lines, stack, close } = await faultsIn(folder);
    const at = (s: number) => ({ beforeNs: origin + BigInt(s * 1e9), afterNs: origin + BigInt(s * 1e9) + 1_000n });
    const origin = process.hrtime.bigint();
    const account = async () => ({ injected: at(0), effective: at(1), ended: at(3), proof: 'cut off for 3 s' });
    const inject = stack.inject!;
    stack.inject = async (...given) => ({ ...(await inject(...given)), proof: 'ordered', account });
    const fault = await faults.inject('isolate', target, undefined);
    expect(lines).to.deep.equal([]);
    await fault.heal();
    expect(lines.map(({ step, reported, proof }) => [step, reported, proof])).to.deep.equal([
      ['inject', true, undefined],
      ['effective', true, 'cut off for 3 s'],
      ['heal', true, undefined],
      ['healed', true, 'whole'],
    ]);
    const [injected, , heal, healed] = lines;
    expect(heal!.beforeUs - injected!.beforeUs).to.equal(3_000_000);
    expect(heal!.beforeUs).to.equal(healed!.beforeUs);
    await close();
  });

  it('that says itself how long it lasts ends then, and the journal has what it is', async () => {
    const described = { tool: 'Chaos Mesh', experiment: 'TimeChaos', for: '50ms' };
    const { faults, lines, course, undoLeft, close } = await faultsIn(
      folder,
      undefined,
      {},
      { described, lastsMs: 50 },
    );
    const fault = await faults.inject('experiment', target, { file: 'x.yaml' });
    await fault.ended();
    await close();
    expect(course()).to.deep.equal(
      ['inject', 'effective', 'heal on time', 'healed on time'].map((s) => `experiment-1 ${s}`),
    );
    expect(lines[0]?.parameters).to.deep.equal({ file: 'x.yaml', ...described });
    const [, effective, heal] = lines;
    expect(heal!.beforeUs - effective!.afterUs).to.be.within(40_000, 5_000_000);
    expect(await undoLeft()).to.deep.equal([]);
  });

  it('without a length does not end', async () => {
    const { faults, close } = await faultsIn(folder);
    const fault = await faults.inject('freeze', target, undefined);
    const why = await fault.ended().catch((error: Error) => error.message);
    await close();
    expect(why).to.contain("give it { for: '20s' }, or heal it");
  });
});

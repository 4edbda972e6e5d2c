import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Instance } from '../faults/target.ts';
import { startClock } from '../journal/clock.ts';
import type { JournalEvent } from '../journal/event.ts';
import { openJournal } from '../journal/write.ts';
import { openUndoStore } from '../safety/undo.ts';
import { dryly } from '../stacks/cluster/safety/dry-run.ts';
import type { ActiveFault, OpenStack } from '../stacks/stack.ts';
import type { DrillContext } from './context.ts';
import { Conductor } from './drill.ts';
import { Recorder } from './recorder.ts';

const target: Instance = { kind: 'instance', name: 'pg-1', host: '', address: '' };

describe('a fault of a drill', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-drill-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** The lines of the journal about a fault that was injected and healed. */
  async function journalled(active: ActiveFault, disturbed: () => boolean = () => false): Promise<JournalEvent[]> {
    const journal = await openJournal(join(folder, 'run.ndjson'));
    const recorder = new Recorder(journal, startClock());
    const seen: JournalEvent[] = [];
    recorder.listen((event) => seen.push(event));
    const stack = { inject: async () => active } as unknown as OpenStack;
    const tracker = { isDisturbed: disturbed };
    const rest = {
      tracker,
      needs: ['crash'],
      undos: await openUndoStore(folder),
      signal: new AbortController().signal,
      step: () => {},
    };
    const conductor = new Conductor({ stack, recorder, ...rest } as unknown as DrillContext);
    await (await conductor.inject('crash', target)).heal();
    await journal.close();
    return seen;
  }
  const steps = (events: readonly JournalEvent[]) =>
    events.flatMap((event) => (event.kind === 'fault' ? [event.step] : []));

  it('is journalled from its injection to its healing', async () => {
    const { dry: _dry, ...active } = dryly('crash', target);
    expect(steps(await journalled(active))).to.deep.equal(['inject', 'effective', 'heal', 'healed']);
  });

  it('that was only made ready is none: what happens meanwhile is not measured as its outage', async () => {
    const events = await journalled(dryly('crash', target));
    expect(steps(events)).to.deep.equal([]);
    expect(events.find(({ kind }) => kind === 'note'))
      .to.have.property('text')
      .that.includes('dry run: nothing was broken');
  });

  it('waits while a probe has failed a moment ago, and says so', async () => {
    const looks = [true, true, false];
    const events = await journalled(dryly('crash', target), () => looks.shift() ?? false);
    expect(looks).to.deep.equal([]);
    const [first] = events.filter(({ kind }) => kind === 'note');
    expect(first).to.have.property('text', 'probes failed before the fault; it waited until none had failed for 11 s');
  });
});

describe('what a drill waits for without success', () => {
  /** A drill whose clients never write again and whose standby never streams. */
  async function waitingInVain(diagnose: OpenStack['diagnose']) {
    const notes: string[] = [];
    const recorder = { note: (text: string) => notes.push(text), now: () => {}, clock: startClock() };
    const replication = { look: async () => [{ instance: 'pg-2', streaming: false }] };
    const rest = { tracker: { goodForMs: () => 0 }, signal: new AbortController().signal, step: () => {} };
    const context = { stack: { diagnose }, folder: 'runs/1', recorder, replication, ...rest };
    const conductor = new Conductor(context as unknown as DrillContext);
    await conductor.recovered({ within: '1ms' });
    await conductor.settled({ within: '1ms' });
    return notes;
  }

  it('has the stack’s logs kept, each time, and named', async () => {
    const kept: string[] = [];
    const notes = await waitingInVain(async (to) => void kept.push(to));
    expect(kept).to.deep.equal([join('runs/1', 'gave-up-1'), join('runs/1', 'gave-up-2')]);
    expect(notes[0]).to.equal('clients had not recovered within 1ms; the logs of that moment are in gave-up-1');
    expect(notes[1]).to.contain('not every instance streamed again').and.contain('gave-up-2');
  });

  it('does not end the drill where they cannot be kept', async () => {
    const [note] = await waitingInVain(() => Promise.reject(new Error('no space left')));
    expect(note).to.contain('its logs could not be kept: no space left');
  });
});

describe('the end of a drill', () => {
  /** What is left of what the paths have been good for, ms, at each look. */
  async function looksLeft(withClients: boolean): Promise<number[]> {
    const goodFor = [10_000, 11_500, 13_500, 14_500, 20_000];
    const tracker = { goodForMs: () => goodFor.shift() ?? 0 };
    const context = { tracker, withClients, signal: new AbortController().signal, step: () => {} };
    await new Conductor(context as unknown as DrillContext).calm();
    return goodFor;
  }

  it('waits until an outage is over, and with client programs until it is known which came back', async () => {
    expect(await looksLeft(false)).to.deep.equal([13_500, 14_500, 20_000]);
    expect(await looksLeft(true)).to.deep.equal([20_000]);
  });
});

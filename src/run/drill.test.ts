import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startClock } from '../journal/clock.ts';
import type { JournalEvent } from '../journal/event.ts';
import { openJournal } from '../journal/write.ts';
import { openUndoStore } from '../safety/undo.ts';
import { dryly } from '../stacks/cluster/dry-run.ts';
import type { ActiveFault, OpenStack, Target } from '../stacks/stack.ts';
import { Conductor, type DrillContext } from './drill.ts';
import { Recorder } from './recorder.ts';

const target: Target = { kind: 'instance', name: 'pg-1', host: '', address: '' };

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
    const rest = { tracker, undos: await openUndoStore(folder), signal: new AbortController().signal, step: () => {} };
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

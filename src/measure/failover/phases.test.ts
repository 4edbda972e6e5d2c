import { expect } from 'chai';
import fc from 'fast-check';
import { readRunFile } from '../../journal/read.ts';
import { crash, crashStory } from '../../journal/stories.ts';
import { type Synthetic, synthetic } from '../../journal/synthetic.ts';
import { phases, phaseTimes } from './phases.ts';

/** pooler-1 is down from 20 to 40 s; the story of the roles is up to the test. */
const failover = (story: (journal: Synthetic) => void): Synthetic => {
  const journal = synthetic()
    .stream('pooler-1', { down: [20, 40] })
    .fault('crash', { at: 20, heal: 55 });
  journal.role(0, 'sql', 'pg-1', 'primary', 1);
  story(journal);
  return journal;
};
const connected = (journal: Synthetic, at: number, source = 'pooler-1') =>
  journal.line('poollog', at, { source, event: 'server-connect', atUs: at * 1e6, n: 1, text: 'new connection' });
const values = async (journal: Synthetic) =>
  Object.fromEntries(phaseTimes(await journal.run()).map(({ metric, value }) => [metric, value]));

const passed = { level: 'info', text: 'the lease passed on', lease: { from: 'pg-1', to: 'pg-2' } } as const;

describe('the phases of an outage', () => {
  it('go from edge to edge, each seen by its observer, and add up to onset and outage', async () => {
    const run = await crashStory().run();
    expect(
      phases(run).map(({ phase, startUs, endUs, observer }) => [phase, startUs / 1e6, endUs / 1e6, observer]),
    ).to.deep.equal([
      ['detect', crash.at, crash.lost, 'platform'],
      ['elect', crash.lost, crash.elected, 'platform'],
      ['promote', crash.elected, crash.promoted, 'sql'],
      ['route', crash.promoted, crash.routed, 'route'],
      ['reconnect', crash.routed, 32, 'poollog'],
      ['residual', 32, 33, 'pooler-2'],
    ]);
  });

  it('come without a note where there is nothing to say', async () => {
    for (const found of phaseTimes(await crashStory().run()))
      if (found.value !== null) expect(found).not.to.have.property('note');
  });

  it('take no connection for the new one that was made before the fault or after the end', async () => {
    const journal = failover((story) => connected(connected(story, 10), 45).role(30, 'sql', 'pg-2', 'primary', 2));
    expect(await values(journal)).to.include({ reconnectMs: null, residualMs: 10_000 });
  });

  it('give an edge that nobody saw to the next phase, and say so', async () => {
    const journal = failover((story) =>
      story.role(26, 'platform', 'pg-1', 'lost').role(30, 'sql', 'pg-2', 'primary', 2),
    );
    expect(await values(journal)).to.deep.equal({
      ...{ faultMs: 0, detectMs: 6_000, electMs: null, leaseMs: 0, promoteMs: 4_000, restartMs: 0 },
      ...{ routeMs: null, reconnectMs: null, standbyMs: 0, residualMs: 10_000 },
    });
    const found = phaseTimes(await journal.run());
    const noteOf = (metric: string) => found.find((one) => one.metric === metric)!.note;
    expect(noteOf('electMs')).to.equal('not measurable: nobody saw its end; its time is part of the next phase');
    expect(noteOf('promoteMs')).to.equal('includes elect: nobody saw where it ended');
    expect(noteOf('residualMs')).to.equal('includes route and reconnect: nobody saw where it ended');
  });

  it('take the election of the instance that was promoted, where the manager changed its mind', async () => {
    const journal = failover((story) => {
      story.role(22, 'platform', 'pg-1', 'lost').role(23, 'platform', 'pg-1', 'elected');
      story.role(24, 'platform', 'pg-1', 'lost').role(25, 'platform', 'pg-2', 'elected');
      story.role(30, 'sql', 'pg-2', 'primary', 2);
    });
    expect(await values(journal)).to.include({ detectMs: 2_000, electMs: 3_000, promoteMs: 5_000 });
  });

  it('count a phase as nothing if its end came before it began', async () => {
    const journal = failover((story) => {
      story.role(30, 'sql', 'pg-2', 'primary', 2).role(29, 'route', 'pg-2', 'routed');
      connected(story, 28);
    });
    expect(await values(journal)).to.include({
      detectMs: null,
      promoteMs: 10_000,
      routeMs: 0,
      reconnectMs: 0,
      residualMs: 10_000,
    });
    const route = phaseTimes(await journal.run()).find(({ metric }) => metric === 'routeMs')!;
    expect(route.note).to.contain('its end was seen before its beginning');
  });

  it('do not take the old primary, its timeline, or another pooler for the new one', async () => {
    const journal = failover((story) => {
      story.role(22, 'sql', 'pg-1', 'primary', 1).role(23, 'route', 'pg-1', 'routed');
      story.role(30, 'sql', 'pg-2', 'primary', 2).role(31, 'route', 'pg-2', 'routed');
      connected(connected(story, 32, 'pooler-2'), 35);
    });
    expect(await values(journal)).to.include({
      promoteMs: 10_000,
      routeMs: 1_000,
      reconnectMs: 4_000,
      residualMs: 5_000,
    });
  });

  it('end the promotion with the manager’s word where connections to the new primary are refused', async () => {
    const journal = failover((story) => {
      story.role(21, 'platform', 'pg-2', 'elected').role(30, 'platform', 'pg-2', 'primary');
      story.role(33, 'route', 'pg-2', 'routed').role(39, 'sql', 'pg-2', 'primary', 2);
    });
    expect(await values(journal)).to.include({ promoteMs: 9_000, routeMs: 3_000 });
  });

  it('never outlast the outage, however late an observer looked', async () => {
    const journal = failover((story) =>
      story.role(45, 'route', 'pg-2', 'routed').role(44, 'sql', 'pg-2', 'primary', 2),
    );
    expect(await values(journal)).to.include({ promoteMs: 20_000, routeMs: 0, residualMs: 0 });
  });

  it('leave out what an observer who was cut off saw of the decision long after the promotion', async () => {
    const journal = failover((story) => {
      story.role(30, 'sql', 'pg-2', 'primary', 2).role(31, 'route', 'pg-2', 'routed');
      story.role(39, 'platform', 'pg-1', 'lost').role(39, 'platform', 'pg-2', 'elected');
    });
    expect(await values(journal)).to.include({ detectMs: null, electMs: null, promoteMs: 10_000, routeMs: 1_000 });
  });

  it('begin with the outage where the injection is known to more than a second only', async () => {
    const run = await readRunFile('fixtures/journals/memory-runs-out-failed/run.ndjson.gz');
    const [restart] = phases(run);
    expect(restart!.phase).to.equal('restart');
    expect(restart!.endUs - restart!.startUs).to.be.within(5.0e6, 5.2e6);
  });

  it('count a fault that the primary survived as a phase of its own, and the way back to it apart', async () => {
    const run = await readRunFile('fixtures/journals/cpu-starved-failed/run.ndjson.gz');
    expect(phases(run).map(({ phase }) => phase)).to.deep.equal(['fault', 'reconnect', 'standby', 'residual']);
  });

  it('are as sharp as the looks of who polls', async () => {
    const polled = { observer: 'platform', instance: 'pg-1', role: 'lost', afterUs: 25.5e6 } as const;
    const [, detect] = phaseTimes(await failover((story) => story.line('role', 26, polled)).run());
    expect(detect).to.include({ value: 6_000, lower: 5_490, upper: 6_000 });
    const elected = failover((story) => story.line('role', 26, polled).role(28, 'platform', 'pg-2', 'elected'));
    expect(phaseTimes(await elected.run())[2]).to.include({ value: 2_000, lower: 2_000, upper: 2_500 });
  });

  it('are unknown without a fault, an outage, or an end of it', async () => {
    const why = async (journal: Synthetic) => phaseTimes(await journal.run())[0]!.note;
    expect(await why(synthetic().stream('pooler-1'))).to.contain('no fault was injected');
    expect(await why(synthetic().stream('pooler-1').fault('crash', { at: 20 }))).to.contain('no pooler was down');
  });

  it('end with the drill’s own healing where only that ended the outage: the phase under way is a lower bound', async () => {
    const stuck = synthetic()
      .stream('pooler-1', { down: [20, 40] })
      .fault('freeze', { at: 20, heal: 35 });
    stuck
      .role(0, 'sql', 'pg-1', 'primary', 1)
      .role(22, 'platform', 'pg-1', 'lost')
      .role(23, 'platform', 'pg-2', 'elected');
    stuck.line('note', 36, passed).role(38, 'sql', 'pg-2', 'primary', 2);
    const run = await stuck.run();
    expect(phases(run).map(({ phase, endUs, cutBy }) => [phase, endUs / 1e6, cutBy])).to.deep.equal([
      ['detect', 22, undefined],
      ['elect', 23, undefined],
      ['lease', 35, 'heal'],
      ['healed', 40, undefined],
    ]);
    const lease = phaseTimes(run).find(({ metric }) => metric === 'leaseMs')!;
    expect(lease).to.include({ value: 12_000, upper: null });
    expect(lease.note).to.contain('the drill ended its own fault before it ended');
    expect(await values(stuck)).to.include({ detectMs: 2_000, promoteMs: null, standbyMs: null });
  });

  it('go on after a fault that was healed at once: nobody can say what the system would have done', async () => {
    const soon = synthetic()
      .stream('pooler-1', { down: [20, 40] })
      .fault('wipe', { at: 20, heal: 21 });
    soon.role(22, 'platform', 'pg-1', 'lost').role(30, 'sql', 'pg-2', 'primary', 2);
    expect(phases(await soon.run()).map(({ phase }) => phase)).to.deep.equal(['detect', 'promote', 'residual']);
  });

  it('separate a lease, a restart and a wait for a standby from the phases that would hide them', async () => {
    const lease = failover((story) => {
      story.role(22, 'platform', 'pg-1', 'lost').role(23, 'platform', 'pg-2', 'elected');
      story.line('note', 31, passed).role(34, 'sql', 'pg-2', 'primary', 2);
    });
    expect(await values(lease)).to.include({ electMs: 1_000, leaseMs: 8_000, promoteMs: 3_000 });
    const restart = failover((story) =>
      story.role(20.5, 'sql', 'pg-1', 'unreachable').role(38, 'sql', 'pg-1', 'primary', 1),
    );
    expect(await values(restart)).to.include({ restartMs: 18_000, residualMs: 2_000, detectMs: null });
    const standby = failover((story) => {
      story.replica('pg-2', [10], {}).replica('pg-2', [21, 25, 30], { streaming: false, syncState: 'none' });
      story.replica('pg-2', [39.5], {});
    });
    expect(await values(standby)).to.include({ standbyMs: 19_500, residualMs: 500 });
  });

  it('count the calls to the archive of the instance that each waits for', async () => {
    const call = (instance: string, from: number, until: number, does: 'fetch' | 'store' = 'fetch') =>
      ({ instance, does, file: '00000002.history', found: true, fromUs: from * 1e6, untilUs: until * 1e6 }) as const;
    const journal = failover((story) => {
      story.role(22, 'platform', 'pg-1', 'lost').role(23, 'platform', 'pg-2', 'elected');
      story.line('note', 28, { ...passed, text: 'released', lease: { from: 'pg-1', to: '' } });
      story.line('archivecall', 27, call('pg-1', 24, 27, 'store')).line('archivecall', 26, call('pg-2', 24, 26));
      story.line('note', 29, { ...passed, lease: { from: '', to: 'pg-2' } });
      story.line('archivecall', 31, call('pg-2', 29, 31)).role(32, 'sql', 'pg-2', 'primary', 2);
      story.role(33, 'route', 'pg-2', 'routed');
      story.replica('pg-3', [10], {}).replica('pg-3', [21, 30, 34], { streaming: false, syncState: 'none' });
      story.line('archivecall', 35, call('pg-3', 32, 35)).line('archivecall', 38, call('pg-3', 36, 38));
      story.replica('pg-3', [39], {});
    });
    const found = phases(await journal.run());
    const archiveOf = (name: string) => found.find(({ phase }) => phase === name)!.archive;
    expect(archiveOf('lease')).to.deep.equal({ calls: 1, us: 3e6, failed: 0 });
    expect(archiveOf('promote')).to.deep.equal({ calls: 1, us: 2e6, failed: 0 });
    expect(archiveOf('standby')).to.deep.equal({ calls: 2, us: 4e6, failed: 0 });
    expect(archiveOf('detect')).to.equal(undefined);
    expect(found.find(({ phase }) => phase === 'lease')).to.include({ innerUs: 28e6 });
  });

  it('fall into two where Kubernetes first has to notice', async () => {
    const journal = failover((story) =>
      story.role(24, 'route', 'pg-1', 'unrouted').role(28, 'platform', 'pg-1', 'lost'),
    );
    expect(phases(await journal.run())[0]).to.include({ phase: 'detect', innerUs: 24e6, endUs: 28e6 });
  });

  it('are never negative and always add up, in whatever order the edges were seen', async () => {
    const at = fc.option(fc.integer({ min: 20, max: 45 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(at, at, at, at, at, async (lost, elected, promoted, routed, connect) => {
        const journal = failover((story) => {
          if (lost) story.role(lost, 'platform', 'pg-1', 'lost');
          if (elected) story.role(elected, 'platform', 'pg-2', 'elected');
          if (promoted) story.role(promoted, 'sql', 'pg-2', 'primary', 2);
          if (routed) story.role(routed, 'route', 'pg-2', 'routed');
          if (connect) connected(story, connect);
        });
        const found = phaseTimes(await journal.run());
        const known = found.map(({ value }) => value ?? 0);
        expect(Math.min(...known)).to.be.at.least(0);
        expect(known.reduce((sum, value) => sum + value)).to.be.closeTo(20_000, 0.001);
        for (const { value, lower, upper } of found) {
          if (value === null) continue;
          expect(lower).to.be.at.most(value);
          expect(upper).to.be.at.least(value);
        }
      }),
      { numRuns: 30 },
    );
  });
});

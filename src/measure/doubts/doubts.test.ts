/** Each kind of evidence is spoilt once, and the doubt about it is named. */
import { expect } from 'chai';
import type { EventOf, JournalEvent } from '../../journal/event.ts';
import { type Line, numbered } from '../../journal/planting/catalogue.ts';
import { readRun } from '../../journal/read.ts';
import { crashStory } from '../../journal/stories.ts';
import { judge } from '../judge.ts';
import { doubtsOf } from './index.ts';

const story = () => crashStory({ stepUs: 100_000, writes: { perSecond: 20 } }).events();
type Change = (events: JournalEvent[]) => readonly object[];
const spoilt = async (change: Change) => {
  const lines = change(story()).map((event) => ({ ...event, seq: undefined })) as unknown as Line[];
  for (const line of lines) delete (line as { seq?: unknown }).seq;
  return readRun(numbered(lines).map((event) => JSON.stringify(event)));
};

const without =
  (drop: (event: JournalEvent) => boolean): Change =>
  (events) =>
    events.filter((event) => !drop(event));
/** Changes lines of one kind; `undefined` leaves a line as it is. */
const change =
  <K extends JournalEvent['kind']>(kind: K, to: (event: EventOf<K>) => object | undefined): Change =>
  (events) =>
    events.map((event) => (event.kind === kind ? (to(event as EventOf<K>) ?? event) : event));
const isStep = (step: string) => (event: JournalEvent) => event.kind === 'fault' && event.step === step;
const acknowledged = (outcome: readonly number[], values: readonly number[], to: number) =>
  values.map((value, row) => (outcome[row] === 0 ? to : value));

const kinds: Readonly<Record<string, readonly [Change, RegExp]>> = {
  'lines follow the end': [
    (events) => [...events.slice(0, -2), events.at(-1)!, events.at(-2)!],
    /1 lines follow the end/,
  ],
  'there are two ends': [(events) => [...events, events.at(-1)!], /2 end lines/],
  'the clock goes back': [
    change('pool', (pool) => (pool.tUs > 45e6 ? { ...pool, tUs: 1 } : undefined)),
    /clock goes back/,
  ],
  'the steady phase is missing': [
    without((event) => event.kind === 'phase' && event.phase === 'steady'),
    /0 steady phases/,
  ],
  'the load is verified before it is steady': [
    change('phase', ({ phase, ...line }) => ({
      ...line,
      phase: ({ steady: 'verify', verify: 'steady' } as const)[phase as 'steady'] ?? phase,
    })),
    /out of order/,
  ],
  'the harness noted an error': [
    (events) => [
      ...events.slice(0, -1),
      { ...events.at(-1)!, kind: 'note', level: 'error', text: 'lost its way' },
      events.at(-1)!,
    ],
    /noted an error: lost its way/,
  ],
  'the fault is missing that the scenario needs': [
    without(({ kind }) => kind === 'fault'),
    /needs crash, which never took effect/,
  ],
  'neither the fault nor its announcement is there': [
    without((event) => event.kind === 'fault' || (event.kind === 'phase' && event.phase === 'fault')),
    /needs crash, which never took effect/,
  ],
  'a fault was announced and not injected': [without(isStep('inject')), /announced, but the journal does not say/],
  'a fault was never healed': [without(isStep('heal')), /never healed/],
  'the healing was never proved': [without(isStep('healed')), /healing of crash of pg-1 was never proved/],
  'a fault was healed under another id': [
    change('fault', (line) => (line.step === 'heal' ? { ...line, id: 'crash-9' } : undefined)),
    /never healed/,
  ],
  'a fault took effect only after it was healed': [
    change('fault', (line) => (line.step === 'effective' ? { ...line, beforeUs: 52e6, afterUs: 53e6 } : undefined)),
    /did not take effect between its injection and its healing/,
  ],
  'a step ended before it began': [
    change('fault', (line) => (line.step === 'inject' ? { ...line, beforeUs: line.afterUs + 1 } : undefined)),
    /ended before it began/,
  ],
  'the moment of the injection is known to 31 s only': [
    change('fault', (line) => (line.step === 'inject' ? { ...line, beforeUs: line.afterUs - 31e6 } : undefined)),
    /known to 31.0 s only/,
  ],
  'a step was not written when it happened': [
    change('fault', (line) => (line.step === 'healed' ? { ...line, tUs: line.tUs + 5e6 } : undefined)),
    /not written when they happened/,
  ],
  'a fault has no proof': [
    change('fault', ({ proof, ...line }) => (line.step === 'effective' ? line : { ...line, proof })),
    /has no proof/,
  ],
  'the stack has an instance less than the topology': [
    change('stack', (stack) => ({ ...stack, instances: stack.instances.slice(1) })),
    /2 instances, but the topology says 3/,
  ],
  'a pooler has no probes': [
    change('stack', (stack) => ({ ...stack, poolers: [...stack.poolers, 'pooler-3'] })),
    /no stream of probes goes through pooler-3/,
  ],
  'probes go through a pooler that the stack lacks': [
    change('stack', (stack) => ({ ...stack, poolers: stack.poolers.slice(1) })),
    /pooler that the stack does not have/,
  ],
  'the settings keep another promise than the topology': [
    change('stack', (stack) => ({ ...stack, settings: { 'patroni.synchronous_mode': 'false' } })),
    /settings in force keep another promise/,
  ],
  'commits do not wait for standbys': [
    change('stack', (stack) => ({ ...stack, settings: { 'postgresql.synchronous_commit': 'local' } })),
    /settings in force keep another promise/,
  ],
  'a stream’s step is not that of its batches': [
    change('stack', (stack) => ({ ...stack, streams: stack.streams.map((stream) => ({ ...stream, stepUs: 7_000 })) })),
    /slots come every 100000 µs, but the stack line says 7000/,
  ],
  'slots are missing behind consecutive numbers': [
    change('probe', (batch) => (batch.firstSlot > 0 ? { ...batch, fromUs: batch.fromUs + 100_000 } : undefined)),
    /slot 500 was due at/,
  ],
  'the probes begin after the load': [
    change('probe', (batch) => ({ ...batch, fromUs: batch.fromUs + 4e6 })),
    /begin 4.0 s after the load/,
  ],
  'an answer does not say who gave it': [
    change('probe', (batch) => ({ ...batch, server: batch.server.map(() => -1) })),
    /without the server that gave it/,
  ],
  'probes were answered by a stranger': [
    change('probe', (batch) => ({ ...batch, servers: ['10.0.0.9'] })),
    /was answered by 10.0.0.9/,
  ],
  'probes saw nothing of what was there': [
    change('probe', (batch) => ({ ...batch, saw: batch.saw.map(() => -1) })),
    /without what was there before/,
  ],
  'probes saw what was not yet written': [
    change('probe', (batch) => ({ ...batch, saw: batch.saw.map((saw) => (saw < 0 ? saw : saw + 5)) })),
    /saw what was not yet written/,
  ],
  'a slot ended before it began': [
    change('probe', (batch) => ({ ...batch, took: batch.took.map(() => -1) })),
    /ended before it began/,
  ],
  'probes hide the outage that clients had': [
    change('probe', (batch) => ({
      ...batch,
      ...{ late: batch.late.map(() => 0), took: batch.took.map(() => 1_000), outcome: batch.outcome.map(() => 0) },
    })),
    /good while its clients wrote nothing/,
  ],
  'probes are refused while clients write': [
    change('probe', (batch) => ({ ...batch, outcome: batch.outcome.map(() => 1) })),
    /were refused while its clients wrote/,
  ],
  'no write was made': [without(({ kind }) => kind === 'op'), /no write was made/],
  'a batch of writes is missing': [
    (events) => {
      const [, second] = events.filter(({ kind }) => kind === 'op');
      return events.filter((event) => event !== second);
    },
    /writes are missing from the journal/,
  ],
  'the load stops at the fault': [
    without((event) => event.kind === 'op' && event.tUs > 26e6),
    /the load paused: no write was due/,
  ],
  'an acknowledgement has no timeline': [
    change('op', (batch) => ({ ...batch, timeline: batch.timeline.map(() => 0) })),
    /without a timeline/,
  ],
  'an acknowledgement came from a stranger': [
    change('op', (batch) => ({ ...batch, servers: batch.servers.map(() => '10.0.0.9') })),
    /acknowledged by 10.0.0.9/,
  ],
  'an acknowledgement has no position in the WAL': [
    change('op', (batch) => ({ ...batch, lsn: batch.lsn.map(() => 0) })),
    /without a position in the WAL/,
  ],
  'the WAL goes back': [
    change('op', (batch) => ({ ...batch, lsn: acknowledged(batch.outcome, batch.lsn, 9e9 - batch.baseUs) })),
    /before that of earlier ones/,
  ],
  'an acknowledgement is called unknown': [
    change('op', (batch) => ({ ...batch, outcome: batch.outcome.map((code) => (code === 0 ? 3 : code)) })),
    /without an acknowledgement, but with the server/,
  ],
  'a write was acknowledged before it was sent': [
    change('op', (batch) => ({ ...batch, sent: batch.sent.map((us) => (us < 0 ? us : us + 1e6)) })),
    /not sent before it was acknowledged/,
  ],
  'the ledger of the primary was not read': [
    without((event) => event.kind === 'ledger' && event.role === 'primary'),
    /0 ledgers of a primary/,
  ],
  'two instances are the primary in the end': [
    change('ledger', (ledger) => ({ ...ledger, role: 'primary' })),
    /3 ledgers of a primary/,
  ],
  'the ledger was read on another timeline': [
    change('ledger', (ledger) => ({ ...ledger, timeline: 9 })),
    /read on timeline 9, but the last that was seen is 2/,
  ],
  'the ledger was read before the last write ended': [
    change('ledger', (ledger) => ({ ...ledger, tUs: 59e6 })),
    /was read before the last write ended/,
  ],
  'no standby was compared': [
    without((event) => event.kind === 'ledger' && event.role === 'replica'),
    /no standby was compared with the primary/,
  ],
  'a standby holds what the primary lacks': [
    change('ledger', (ledger) => (ledger.instance === 'pg-3' ? { ...ledger, rows: ledger.rows + 1 } : undefined)),
    /pg-3 holds 1 row that the primary does not have/,
  ],
  'a standby has another history': [
    change('ledger', (ledger) =>
      ledger.instance === 'pg-3' ? { ...ledger, forks: [{ timeline: 2, lsn: 1 }] } : undefined,
    ),
    /pg-3 and the primary have different histories/,
  ],
  'nobody looked at the crashed instance until it streamed': [
    without((event) => event.kind === 'replica' && event.instance === 'pg-1' && !event.streaming),
    /nobody looked at pg-1 for/,
  ],
  'single looks left an instance out': [
    without((event) => event.kind === 'replica' && event.instance === 'pg-3' && event.tUs % 2e6 === 0),
    /pg-3 was left out of \d+ looks/,
  ],
  'an instance was never asked what it is': [
    without((event) => event.kind === 'role' && event.instance === 'pg-3'),
    /pg-3 was never asked/,
  ],
  'nobody saw the primary of a timeline': [
    without((event) => event.kind === 'role' && event.timeline === 2),
    /no instance was seen as primary of timeline 2/,
  ],
  'two instances are primary of one timeline': [
    change('role', (role) => (role.timeline === 2 ? { ...role, timeline: 1 } : undefined)),
    /both primary of timeline 1/,
  ],
  'a generator line is missing': [
    without((event) => event.kind === 'generator' && event.source === 'writers'),
    /0 generator lines of writers/,
  ],
  'the generator ran for another time': [
    change('generator', (line) => ({ ...line, wallUs: 5e6 })),
    /the generator ran for 5.0 s/,
  ],
  'the generator started more than the journal holds': [
    change('generator', (line) => ({ ...line, n: 99_999 })),
    /started more requests than the journal holds/,
  ],
  'the log of a pooler was not followed': [
    without((event) => event.kind === 'poollog' && event.source === 'pooler-2'),
    /log of pooler-2 was not followed/,
  ],
  'a client wrote without having logged in': [
    without(({ kind }) => kind === 'connect'),
    /without having logged in before/,
  ],
  'fewer writes were due than the load says': [
    change('run', (run) => ({ ...run, load: { ...run.load, ratePerSecond: 60 } })),
    /writes were due, but at 60 a second about 3600 should have been/,
  ],
  'the load is not described': [change('run', (run) => ({ ...run, load: {} })), /does not describe the load/],
  'the topology is not described': [
    change('run', (run) => ({ ...run, topology: {} })),
    /does not describe the topology/,
  ],
  'the settings of replication are not there': [
    change('stack', (stack) => ({ ...stack, settings: {} })),
    /does not hold the settings of synchronous replication/,
  ],
  'two streams have one name': [
    change('stack', (stack) => ({ ...stack, streams: [...stack.streams, stack.streams[0]!] })),
    /two streams of probes have one name/,
  ],
  'a write was sent before it was started': [
    change('op', (batch) => ({ ...batch, late: batch.late.map(() => 9_000) })),
    /was sent before it was started/,
  ],
  'the generator was later than the journal shows': [
    change('generator', (line) => ({ ...line, lateMaxUs: 3e6 })),
    /later with its writes than the journal shows/,
  ],
  'a batch holds rows of another time': [
    change('op', (batch) => ({ ...batch, tUs: batch.tUs + 20e6 })),
    /holds rows that were done from/,
  ],
  'the console of a pooler shows connections that its log lacks': [
    change('pool', (pool) => ({ ...pool, svIdle: Math.floor(pool.tUs / 1e6) })),
    /the console of pooler-1 shows 29 new server connections, its log 1/,
  ],
  'a stranger was observed': [
    change('role', (role) => (role.observer === 'route' ? { ...role, instance: 'pg-9' } : undefined)),
    /“pg-9” was observed/,
  ],
  'a standby streams and does not': [
    change('replica', (look) => (look.streaming ? undefined : { ...look, streaming: true })),
    /that streams and does not/,
  ],
  'an observation ended before it began': [
    change('role', (role) => ({ ...role, afterUs: role.tUs + 1 })),
    /ended before it began/,
  ],
  'two observers disagree on an instance': [
    change('replica', (look) => (look.instance === 'pg-3' ? { ...look, syncState: 'primary' } : undefined)),
    /looks at pg-3 contradict what it said of its role/,
  ],
  'a crashed instance acknowledged writes': [
    change('op', (batch) => ({ ...batch, servers: batch.servers.map(() => '198.18.0.21') })),
    /pg-1 acknowledged \d+ writes during crash/,
  ],
  'a crashed instance streamed': [
    change('replica', (look) =>
      look.instance === 'pg-1' && !look.streaming
        ? { ...look, streaming: true, syncState: 'sync', timeline: 1 }
        : undefined,
    ),
    /found pg-1 streaming during crash/,
  ],
  'a primary was seen long after its first acknowledgement': [
    change('role', (role) => (role.timeline === 2 && role.role === 'primary' ? { ...role, tUs: 45e6 } : undefined)),
    /was seen \d+\.\d s after its first acknowledgement/,
  ],
  'writes lie outside of their timeline’s WAL': [
    change('ledger', (ledger) => ({ ...ledger, forks: ledger.forks.map((fork) => ({ ...fork, lsn: 1 })) })),
    /lie outside of their timeline’s WAL/,
  ],
  'the ledger of a standby does not add up': [
    change('ledger', (ledger) => (ledger.instance === 'pg-3' ? { ...ledger, rows: 3 } : undefined)),
    /the ledger of pg-3 says 3 rows, but lists/,
  ],
  'a slot failed although a server answered': [
    change('probe', (batch) => ({ ...batch, outcome: batch.outcome.map((code, i) => (i === 3 ? 1 : code)) })),
    /failed, and names the server that answered/,
  ],
  'the end is older than a line before it': [
    change('end', (end) => ({ ...end, tUs: 62.2e6 })),
    /the end line is of 62200000 µs/,
  ],
  'the load began before it was steady': [
    change('phase', (line) => (line.phase === 'steady' ? { ...line, tUs: 4e6 } : undefined)),
    /writes were due before the load began/,
  ],
  'the load went on after it was stopped': [
    change('phase', (line) => (line.phase === 'verify' ? { ...line, tUs: 57e6 } : undefined)),
    /writes were due after the load was stopped/,
  ],
  'a standby is in a state that PostgreSQL does not have': [
    change('replica', (look) => ({ ...look, syncState: 'fine' })),
    /a look found the state “fine”/,
  ],
  'the load probes more often than its streams': [
    change('run', (run) => ({ ...run, load: { ...run.load, probeEveryMs: 10 } })),
    /the load probes every 10 ms, but its streams do not/,
  ],
  'the run is of another scenario': [
    change('run', (run) => ({ ...run, scenario: { ...run.scenario, name: 'steady' } })),
    /is not one of the scenario steady/,
  ],
  'a look for residue left a host out': [
    change('residue', (look) => ({ ...look, checked: ['pg-1: rules', 'pooler-1: rules', 'pooler-2: rules'] })),
    /nobody looked for what was left on pg-2, pg-3/,
  ],
  'the looks for residue checked different things': [
    change('residue', (look) => (look.tUs > 62.2e6 ? { ...look, checked: ['rules', 'nodes'] } : undefined)),
    /did not check the same things/,
  ],
  'lines are missing that the end line counted': [
    change('end', (end) => ({ ...end, lines: { stall: 3 } })),
    /3 stall lines were written, but the journal has 0/,
  ],
};

describe('a run is in doubt where', () => {
  it('nothing is amiss: then it is not', async () => {
    expect(doubtsOf(await spoilt((events) => events))).to.deep.equal([]);
  });

  for (const [name, [spoil, doubt]] of Object.entries(kinds))
    it(name, async () => {
      const run = await spoilt(spoil);
      expect(doubtsOf(run).join('\n')).to.match(doubt);
      expect(judge(run).outcome).not.to.equal('pass');
    });

  it('it has no limit although something is broken', async () => {
    expect(doubtsOf(await spoilt((events) => events), {})).to.deep.equal([
      'the scenario has no limit to judge the run by',
    ]);
  });
});

/** Writes, ledgers, looks, logs and generator: each is spoilt once, and the doubt about it is named. */
import type { JournalEvent } from '../../journal/event.ts';
import { acknowledged, change, itDoubts, type Kinds, without } from './spoil.ts';

const kinds: Kinds = {
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
  'clients wait in an empty queue': [
    change('pool', (pool) => ({ ...pool, maxWaitUs: 1_000 })),
    /\d+ looks at a pooler found a client that waits in an empty queue/,
  ],
  'a pooler was watched that the stack does not have': [
    change('pool', (pool) => (pool.pooler === 'pooler-2' ? { ...pool, pooler: 'pooler-9' } : undefined)),
    /pooler-9 was watched, which is not a pooler/,
  ],
  'a log was followed of something that the stack does not have': [
    change('poollog', (log) => ({ ...log, source: 'somebody' })),
    /somebody was watched, which is not a pooler/,
  ],
  'a line of a log is of another time than when it was read': [
    change('poollog', (log) => ({ ...log, atUs: log.atUs / 1_000 })),
    /\d lines of logs of another time/,
  ],
  'a pooler’s log does not have the refusals that its clients met': [
    (events) => [
      ...(change('probe', (batch) => ({
        ...batch,
        errors: batch.errors.map(
          () => '08P01 server login has been failing, cached error: remaining connection slots are',
        ),
      }))(events) as JournalEvent[]),
    ],
    /\d+ requests through pooler-1 were refused for too many connections, of which its log has none/,
  ],
  'a log of a server says what only poolers say': [
    change('poollog', (log) => (log.event === 'backend-fork' ? { ...log, event: 'server-connect' } : undefined)),
    /1 line of logs, such as server-connect of pg-2, of another kind of program/,
  ],
  'a log says of a refused connection that it was made': [
    change('poollog', (log) => ({ ...log, text: 'FATAL: sorry, too many clients already' })),
    /lines of logs call a refused connection a backend-fork/,
  ],
  'the console of a pooler shows connections that its log lacks': [
    change('pool', (pool) => ({ ...pool, svIdle: Math.floor(pool.tUs / 1e6) })),
    /the console of pooler-1 shows 39 new server connections, its log 1/,
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
    change('residue', (look) => (look.hosts ? { ...look, hosts: ['pg-1', 'pooler-1', 'pooler-2'] } : undefined)),
    /nobody looked for what was left on pg-2, pg-3/,
  ],
  'nobody looked for residue on the hosts': [
    change('residue', (look) => ({ ...look, hosts: undefined, checked: ['namespaces', 'folders'] })),
    /nobody looked for what was left on the hosts/,
  ],
  'nobody looked for residue on the machine': [
    change('residue', (look) => ({ ...look, checked: ['folders'] })),
    /nobody looked for what was left on the machine/,
  ],
  'a stall ended before it began': [
    (events) => [
      ...events.slice(0, -1),
      { kind: 'stall', tUs: 62.6e6, source: 'probes', fromUs: 62e6, untilUs: 61e6 },
      events.at(-1)!,
    ],
    /1 stall ended before they began/,
  ],
  'the probes of one pooler are those of another': [
    (events) =>
      events
        .filter((event) => event.kind !== 'probe' || event.stream !== 'pooler-2')
        .flatMap((event): object[] =>
          event.kind === 'probe' && event.stream === 'pooler-1'
            ? ['pooler-1', 'pooler-2'].map((stream) => ({
                ...event,
                stream,
                took: event.took.map((us, i) => us + (i % 50)),
              }))
            : [event],
        ),
    /the probes of pooler-2 are those of pooler-1/,
  ],
  'the last look for residue on a shared stack left out a part of the first': [
    (events) =>
      change('residue', (look) => (look.tUs > 62.2e6 ? { ...look, checked: ['rules', 'nodes'] } : undefined))(
        change('stack', (stack) => ({ ...stack, shared: true }))(events) as JournalEvent[],
      ),
    /left out a part of the first/,
  ],
  'lines are missing that the end line counted': [
    change('end', (end) => ({ ...end, lines: { stall: 3 } })),
    /3 stall lines were written, but the journal has 0/,
  ],
};

describe('a run is in doubt where', () => {
  itDoubts(kinds);
});

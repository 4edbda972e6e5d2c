/** How single writes, probes and connections ended, and who took them: each is spoilt once, and the doubt about it is named. */
import type { EventOf, JournalEvent } from '../../journal/event.ts';
import { type Change, change, itDoubts, type Kinds } from './spoil.ts';

type Op = EventOf<'op'>;
/** Another value in the rows where that holds. */
const where = (
  values: readonly number[],
  holds: (row: number) => boolean,
  to: number | ((value: number, row: number) => number),
): number[] => values.map((value, row) => (holds(row) ? (typeof to === 'number' ? to : to(value, row)) : value));
/** Every error of a batch by another text. */
const errorsAs = (text: string) => (batch: Op) => ({ ...batch, errors: batch.errors.map(() => text) });
/** Writes that failed, as if they had been sent and had got this error. */
const sentWith = (text: string, outcome: number) => (batch: Op) => ({
  ...errorsAs(text)(batch),
  sent: where(batch.sent, (row) => batch.outcome[row] === 2, 0),
  outcome: where(batch.outcome, (row) => batch.outcome[row] === 2, outcome),
});
const load = (more: object): Change => change('run', (run) => ({ ...run, load: { ...run.load, ...more } }));
const both =
  (first: Change, second: Change): Change =>
  (events) =>
    second(first(events) as JournalEvent[]);
const byRole = (instance: string, role: string) =>
  change('role', (line) => (line.instance === instance && line.observer === 'sql' ? { ...line, role } : undefined));

const kinds: Kinds = {
  'an acknowledged write has an error': [
    change('op', (batch) => ({ ...batch, errors: ['closed'], error: batch.error.map(() => 0) })),
    /writes acknowledged with an error/,
  ],
  'a write failed without an error': [
    change('op', (batch) => ({ ...batch, error: batch.error.map(() => -1) })),
    /failed without an error/,
  ],
  'a write that a server refused for certain is called unknown': [
    change('op', sentWith('53300 too many connections', 3)),
    /called unknown, where the error says otherwise/,
  ],
  'a write that may have happened is called failed': [
    change('op', sentWith('closed', 2)),
    /called failed, where the error says otherwise/,
  ],
  'a write that was never sent may have happened': [
    change('op', (batch) => ({ ...batch, outcome: where(batch.outcome, (row) => batch.outcome[row] === 2, 3) })),
    /called unknown, where the error says otherwise/,
  ],
  'a write failed before it was made': [
    change('op', (batch) => ({ ...batch, done: where(batch.done, (row) => batch.outcome[row] === 2, -1_000) })),
    /failed before the client made them/,
  ],
  'a write was given up before its time': [
    both(load({ giveUpMs: 5_000 }), change('op', errorsAs('timeout')) as Change),
    /given up too early/,
  ],
  'a write lasted longer than the load waits': [
    both(
      load({ giveUpMs: 100 }),
      change('op', (batch) => ({
        ...batch,
        done: where(
          batch.done,
          (row) => row === 0,
          (us) => us + 4_000_000,
        ),
      })),
    ),
    /lasted longer than the load waits/,
  ],
  'an answered probe has an error': [
    change('probe', (batch) => ({ ...batch, errors: ['closed'], error: batch.error.map(() => 0) })),
    /answered with an error/,
  ],
  'a probe failed without an error': [
    change('probe', (batch) => ({ ...batch, error: batch.error.map(() => -1) })),
    /slots of pooler-1 failed without an error/,
  ],
  'a probe that failed is called a timeout': [
    change('probe', (batch) => ({ ...batch, outcome: where(batch.outcome, (row) => batch.outcome[row] === 1, 2) })),
    /whose outcome and error disagree about a timeout/,
  ],
  'a probe timed out before the limit of its stream': [
    change('probe', (batch) => ({
      ...batch,
      outcome: where(batch.outcome, (row) => batch.outcome[row] === 1, 2),
      errors: batch.errors.map(() => 'timeout'),
    })),
    /whose outcome and time disagree about the limit/,
  ],
  'a good probe was answered after the limit of its stream': [
    change('stack', (stack) => ({ ...stack, streams: stack.streams.map((stream) => ({ ...stream, limitUs: 500 })) })),
    /whose outcome and time disagree about the limit/,
  ],
  'a probe lasted far longer than its limit': [
    change('probe', (batch) => ({ ...batch, took: where(batch.took, (row) => row === 7, 9_000_000) })),
    /slots of pooler-1 lasted longer than the limit allows/,
  ],
  'a connection was made, and has an error': [
    change('connect', (batch) => ({ ...batch, errors: ['closed'], error: batch.error.map(() => 0) })),
    /connections made with an error/,
  ],
  'a connection failed without an error': [
    change('connect', (batch) => ({ ...batch, outcome: batch.outcome.map(() => 1) })),
    /connections failed without an error/,
  ],
  'a connection ended before it began': [
    change('connect', (batch) => ({ ...batch, took: batch.took.map(() => -5) })),
    /connections ended before they began/,
  ],
  'a connection was made through something that the stack does not have': [
    change('connect', (batch) => ({ ...batch, paths: ['pooler-9'] })),
    /4 connections through something that the stack does not have/,
  ],
  'a write was acknowledged faster than can be': [
    change('op', (batch) => ({
      ...batch,
      done: where(
        batch.done,
        (row) => batch.outcome[row] === 0,
        (_, row) => batch.sent[row]! + 5,
      ),
    })),
    /writes acknowledged faster than can be/,
  ],
  'a probe was answered faster than can be': [
    change('probe', (batch) => ({
      ...batch,
      took: where(
        batch.took,
        (row) => batch.outcome[row] === 0,
        (_, row) => batch.late[row]! + 5,
      ),
    })),
    /slots of direct answered faster than can be/,
  ],
  'a connection was made faster than can be': [
    change('connect', (batch) => ({ ...batch, took: batch.took.map(() => 36) })),
    /4 connections made faster than can be/,
  ],
  'a client changed its way without failover': [
    (events): readonly object[] =>
      events.flatMap((event): object[] =>
        event.kind === 'connect' ? [event, { ...event, paths: ['pooler-2'] }] : [event],
      ),
    /4 clients changed the way to the database/,
  ],
  'the WAL leaps': [
    change('op', (batch) => ({
      ...batch,
      lsn: where(
        batch.lsn,
        (row) => batch.timeline[row] === 2 && row > 400,
        (lsn) => lsn * 10,
      ),
    })),
    /the WAL leaps before \d+ acknowledged writes?/,
  ],
  'a connection was made by a client that the load does not have': [
    change('connect', (batch) => ({ ...batch, client: batch.client.map((client) => client + 1) })),
    /1 connection by a client that the load does not have/,
  ],
  'a probe did not find what its stream had been acknowledged': [
    change('probe', (batch) =>
      batch.stream === 'direct' ? { ...batch, saw: batch.saw.map((saw) => (saw > 10 ? saw - 5 : saw)) } : undefined,
    ),
    /probes did not find what had been acknowledged before, but the ledger has lost nothing/,
  ],
  'a read found less than the one before it': [
    change('probe', (batch) =>
      batch.stream === 'readonly'
        ? { ...batch, saw: batch.saw.map((saw, row) => (row === 40 ? saw - 9 : saw)) }
        : undefined,
    ),
    /reads? found less than an earlier read of the same session/,
  ],
  'a client had two writes under way at once': [
    change('op', (batch) => ({
      ...batch,
      done: where(
        batch.done,
        (row) => batch.outcome[row] === 0,
        (us) => us + 900_000,
      ),
    })),
    /sent while the client’s write before was under way/,
  ],
  'a client wrote on over a connection that was lost': [
    change('op', sentWith('closed', 3)),
    /acknowledged writes over a connection that was lost/,
  ],
  'writes were acknowledged by an instance that called itself a replica': [
    byRole('pg-1', 'replica'),
    /pg-1 acknowledged \d+ writes while it said that it was a replica/,
  ],
  'probes were answered by an instance that called itself a replica': [
    change('probe', (batch) =>
      batch.stream === 'direct' ? { ...batch, servers: batch.servers.map(() => '198.18.0.23') } : undefined,
    ),
    /pg-3 answered probes with [\d,]+ writes while it said that it was a replica/,
  ],
  'probes were answered by an instance that had crashed': [
    change('probe', (batch) =>
      batch.stream === 'readonly' ? { ...batch, servers: batch.servers.map(() => '198.18.0.21') } : undefined,
    ),
    /pg-1 answered [\d,]+ probes of readonly during crash/,
  ],
  'the HA manager and the instances disagree on the primary': [
    (events) => [
      ...events.slice(0, 2),
      { kind: 'role', tUs: 0, observer: 'platform', instance: 'pg-3', role: 'primary' },
      ...events.slice(2),
    ],
    /pg-3 was taken for the primary, but did not call itself one/,
  ],
  'clients were routed to another instance than was promoted': [
    change('role', (role) => (role.observer === 'route' ? { ...role, instance: 'pg-3' } : undefined)),
    /pg-3 was taken for the primary, but did not call itself one/,
  ],
  'an observer saw what it cannot see': [
    change('role', (role) => (role.observer === 'route' ? { ...role, role: 'lost' } : undefined)),
    /1 role, such as lost, by an observer that cannot see it/,
  ],
  'the load does not say how long clients wait': [
    change('run', (run) => ({ ...run, load: { ...run.load, giveUpMs: undefined } })),
    /does not describe the load/,
  ],
  'an instance goes back to an earlier timeline': [
    change('role', (line) =>
      line.instance === 'pg-1' && line.role === 'primary' ? { ...line, timeline: 5 } : undefined,
    ),
    /1 role on an earlier timeline than the same instance had before/,
  ],
  'an instance is on a timeline that does not exist': [
    change('role', (line) => (line.instance === 'pg-3' ? { ...line, timeline: 0 } : undefined)),
    /1 role on a timeline that does not exist/,
  ],
  'many clients of the load never wrote': [load({ writers: 400 }), /4 clients wrote, but the load has 400/],
  'all writes of a timeline were acknowledged by another instance than its primary': [
    change('op', (batch) => ({
      ...batch,
      servers: batch.servers.map((address) => (address === '198.18.0.22' ? '198.18.0.23' : address)),
    })),
    /pg-3, pg-2 were both primary of timeline 2/,
  ],
  'the version that wrote it counts its lines, and they are not counted': [
    change('run', (run) => ({ ...run, version: '0.2.0' })),
    /does not count the lines/,
  ],
};

describe('a run is in doubt where', () => {
  itDoubts(kinds);
});

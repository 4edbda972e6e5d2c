import { expect } from 'chai';
import type { EventOf } from '../../../journal/event.ts';
import { crashStory } from '../../../journal/stories.ts';
import { loggedMeanwhile } from './standbys.ts';

type Log = EventOf<'log'>;
const logged = (instance: string, at: number, text: string, more: Partial<Log> = {}): Log => ({
  ...{ seq: 1, tUs: at * 1e6, kind: 'log', instance, program: 'postgresql', level: 'LOG' },
  ...{ atUs: at * 1e6, untilUs: at * 1e6, n: 1, text, ...more },
});
const refusal =
  'streaming replication receiver "pg-3" could not connect to the primary server: connection to server at "198.18.0.21", port 5432 failed: FATAL:  sorry, too many clients already';
const span = { startUs: 30e6, endUs: 60e6 };

describe('the logs of standbys during a wait for one', () => {
  const read = async (logs: Log[]) => loggedMeanwhile({ ...(await crashStory().run()), logs }, span, 'pg-2');

  it('show that the primary had no connection left for a standby, how often, and from when to when', async () => {
    const lines = [
      logged('pg-3', 32, refusal, { level: 'FATAL' }),
      logged('pg-3', 37, refusal, { level: 'FATAL', untilUs: 55e6, n: 4 }),
      logged('pg-3', 57, 'started streaming WAL from primary at 0/6000000 on timeline 2'),
    ];
    const { clauses, tooMany } = await read(lines);
    expect(tooMany).to.equal(true);
    expect(clauses).to.deep.equal([
      'pg-3 could not connect to the primary from 2.0 s to 25.0 s of this wait (5 attempts: “sorry, too many clients already”)',
      'pg-3 came back late: it began to stream at 27.0 s',
    ]);
  });

  it('show that a standby was ahead of the new primary, and how long its rewind took', async () => {
    const patroni = { program: 'patroni' } as const;
    const ahead =
      'new timeline 3 forked off current database system timeline 2 before current recovery point 0/24BA808';
    const { clauses, tooMany } = await read([
      logged('pg-1', 29, ahead),
      logged('pg-1', 32, 'running pg_rewind from pg-2', patroni),
      logged('pg-1', 33, 'Waiting for checkpoint on pg-2 before rewind', patroni),
      logged('pg-1', 50, 'pg_rewind exit code=0', patroni),
      logged('pg-1', 55, 'starting PostgreSQL 17.12'),
    ]);
    expect(tooMany).to.equal(false);
    expect(clauses).to.deep.equal([
      `pg-1 had more WAL than the new primary (“${ahead}”), so it cannot follow and has to be rewound; Patroni rewound it from 2.0 s, first waiting for a checkpoint there, to 20.0 s; PostgreSQL was started there at 25.0 s`,
    ]);
  });

  it('say nothing of the primary, of other times, or of what keeps nothing away', async () => {
    const { clauses } = await read([
      logged('pg-2', 40, refusal),
      logged('pg-3', 10, refusal),
      logged('pg-3', 40, 'entering standby mode'),
    ]);
    expect(clauses).to.deep.equal([]);
  });
});

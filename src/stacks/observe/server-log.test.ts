import { expect } from 'chai';
import type { Seen } from '../stack.ts';
import { parseLines } from './log-line.ts';
import { patroniFact, postgresFact, ServerLog } from './server-log.ts';

type Log = Extract<Seen, { kind: 'log' }>;

/** As PostgreSQL 17 and Patroni 4 wrote them in real failovers. */
const standby = `2026-11-30 23:39:00.545 UTC [38] LOG:  listening on IPv4 address "198.18.0.22", port 5432
2026-11-30 23:39:02.285 UTC [65] LOG:  fetching timeline history file for timeline 2 from primary server
2026-11-30 23:39:02.288 UTC [65] LOG:  started streaming WAL from primary at 0/2000000 on timeline 1
2026-11-30 23:39:02.292 UTC [65] DETAIL:  End of WAL reached on timeline 1 at 0/241B068.
2026-11-30 23:39:02.300 UTC [70] LOG:  connection received: host=198.18.0.41 port=49076
2026-11-30 23:39:02.301 UTC [71] ERROR:  cannot execute UPDATE in a read-only transaction
2026-11-30 23:39:02.302 UTC [38] LOG:  restartpoint starting: time
2026-11-30 23:39:03.000 UTC [72] FATAL:  streaming replication receiver "pg2" could not connect to the primary server: connection to server at "198.18.0.21", port 5432 failed: FATAL:  sorry, too many clients already
2026-11-30 23:39:03.100 UTC [73] ERROR:  requested WAL segment 000000020000000000000003 has already been removed
/run/postgresql:5432 - accepting connections
`;
const patroni = `2026-11-30 23:39:00.254 UTC WARNING: Postgresql is not running.
2026-11-30 23:39:00.254 UTC INFO: Lock owner: None; I am pg1
2026-11-30 23:39:00.258 UTC INFO: pg_controldata:
  pg_control version number: 1700
2026-11-30 23:39:10.000 UTC INFO: no action. I am (pg1), a secondary, and following a leader (pg3)
2026-11-30 23:39:20.000 UTC INFO: running pg_rewind from pg3
`;

describe('the log of an instance', () => {
  const kept = (text: string, read: typeof postgresFact): string[] => {
    const seen: Log[] = [];
    const log = new ServerLog('pg2', 'postgresql', (what) => void seen.push(what as Log));
    log.take(parseLines(text, 0n), read);
    log[Symbol.dispose]();
    return seen.map(({ level, text: said }) => `${level} ${said}`);
  };

  it('keeps what PostgreSQL says of replication, recovery and refusals, and nothing of clients’ statements', () => {
    expect(kept(standby, postgresFact).map((text) => text.slice(0, 60))).to.deep.equal([
      'LOG fetching timeline history file for timeline 2 from prima',
      'LOG started streaming WAL from primary at 0/2000000 on timel',
      'FATAL streaming replication receiver "pg2" could not connect',
      'ERROR requested WAL segment 000000020000000000000003 has alr',
    ]);
  });

  it('keeps what Patroni decides, and nothing of its steady state', () => {
    expect(kept(patroni, patroniFact)).to.deep.equal([
      'WARNING Postgresql is not running.',
      'INFO running pg_rewind from pg3',
    ]);
  });

  it('writes the first of messages that differ in numbers only, and counts the others together every 5 s', () => {
    const seen: Log[] = [];
    const log = new ServerLog('pg1', 'postgresql', (what) => void seen.push(what as Log));
    const at = (ms: number) => BigInt(ms) * 1_000_000n;
    const add = (ms: number) => log.add({ level: 'FATAL', text: `no place for process ${ms}` }, at(ms));
    for (let ms = 0; ms <= 6_000; ms += 1_000) add(ms);
    log[Symbol.dispose]();
    expect(seen.map(({ n, loggedNs, untilNs }) => [n, loggedNs, untilNs])).to.deep.equal([
      [1, at(0), at(0)],
      [5, at(1_000), at(5_000)],
      [1, at(6_000), at(6_000)],
    ]);
  });

  it('never fills a journal, whatever a server writes', () => {
    let lines = 0;
    const log = new ServerLog('pg1', 'postgresql', () => void lines++);
    const letters = (i: number) => [...String(i)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
    for (let i = 0; i < 5_000; i++) log.add({ level: 'FATAL', text: `${letters(i)}${'x'.repeat(5_000)}` }, BigInt(i));
    log[Symbol.dispose]();
    expect(lines).to.equal(500);
  });
});

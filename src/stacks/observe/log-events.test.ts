import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Seen } from '../stack.ts';
import { classifyPgbouncer, classifyPostgres, tellEvents } from './log-events.ts';
import { parseLines } from './log-line.ts';

/** Lines as PgBouncer 1.24 wrote them in a real failover. */
const pgbouncerLog = `2026-11-22 17:05:03.925 UTC [20] LOG kernel file descriptor limit: 20000 (hard: 20000); max_client_conn: 1000, max expected fd use: 1212
2026-11-22 17:05:07.984 UTC [20] LOG S-0x5594c8c5a000: myapp_prod/myapp_prod@198.18.0.41:5000 new connection to server (from 198.18.0.31:50802)
2026-11-22 17:05:07.990 UTC [20] LOG S-0x5594c8c5a2c0: myapp_prod/myapp_prod@198.18.0.41:5000 new connection to server (from 198.18.0.31:50812)
2026-11-22 17:05:08.007 UTC [20] LOG C-0x5594c8c51660: myapp_prod/myapp_prod@198.18.0.61:40000 login attempt: db=myapp_prod user=myapp_prod tls=no replication=no
2026-11-22 17:05:08.008 UTC [20] LOG C-0x5594c8c51668: pgbouncer/observer@unix:6432 login attempt: db=pgbouncer user=observer tls=no replication=no
2026-11-22 17:05:09.010 UTC [20] LOG S-0x5594c8c5a2c0: myapp_prod/myapp_prod@198.18.0.41:5000 closing because: server conn crashed? (age=1s)
2026-11-22 17:05:09.019 UTC [20] LOG C-0x5594c8c51660: myapp_prod/myapp_prod@198.18.0.61:40000 closing because: client close request (age=1s)
2026-11-22 17:05:09.020 UTC [20] WARNING S-0x5594c8c5a2c0: myapp_prod/myapp_prod@198.18.0.41:5000 got packet 'E' from server when not linked
`;

describe('events in logs', () => {
  it('are found in PgBouncer’s, equal ones together, the observer’s own left out', () => {
    const seen: Seen[] = [];
    tellEvents('pooler1', parseLines(pgbouncerLog, 0n), classifyPgbouncer, (what) => seen.push(what));
    const short = seen.map((what) => what.kind === 'poollog' && `${what.n} ${what.event}: ${what.text}`);
    expect(short).to.deep.equal([
      '2 server-connect: new connection to server for myapp_prod/myapp_prod',
      '1 client-login: db=myapp_prod user=myapp_prod',
      '1 server-close: server conn crashed? for myapp_prod/myapp_prod',
      '1 client-close: client close request',
      "1 error: got packet 'E' from server when not linked",
    ]);
  });

  it('carry the time of their first line on the monotonic clock', () => {
    const offsetNs = 5n - BigInt(Date.parse('2026-11-22T17:05:00.000Z')) * 1_000_000n;
    const [line] = parseLines('2026-11-22 17:05:00.250 UTC [20] LOG x\n\tcontinued\n', offsetNs);
    expect(line?.atNs).to.equal(250_000_005n);
  });

  it('are found in PostgreSQL’s: connections of clients, not of other instances or by the socket', () => {
    const received = (host: string) => `[69] LOG:  connection received: host=${host} port=49076`;
    const peers = new Set(['198.18.0.22']);
    expect(classifyPostgres(received('198.18.0.41'), peers)).to.deep.equal({
      event: 'backend-fork',
      text: 'connection received from 198.18.0.41',
    });
    expect(classifyPostgres(received('198.18.0.22'), peers)).to.equal(undefined);
    expect(classifyPostgres(received('[local]'), peers)).to.equal(undefined);
    expect(classifyPostgres('[69] LOG:  connection authorized: user=x', peers)).to.equal(undefined);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { rankOf, symptomsIn } from './symptoms.ts';

const stamp = '2026-11-30 04:00:00.000 UTC [123]';

describe('the symptoms in the logs of a drill that gave up', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-symptoms-'));
    await mkdir(join(folder, 'lab', 'pg2'), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));
  const log = (name: string, ...lines: string[]) => writeFile(join(folder, 'lab', name), `${lines.join('\n')}\n`);

  it('name the log and its worst line, the worst log first', async () => {
    await log('pg1.txt', `${stamp} LOG:  could not receive data from WAL stream: server closed the connection`);
    await log(
      'pg2/postgresql.log',
      `${stamp} LOG:  checkpoint starting: wal`,
      `${stamp} PANIC:  could not write to file "pg_wal/xlogtemp.77": No space left on device`,
      `${stamp} LOG:  server process (PID 77) was terminated by signal 6: Aborted`,
    );
    expect(await symptomsIn(folder)).to.equal(
      '; lab/pg2/postgresql.log says: PANIC: could not write to file "pg_wal/xlogtemp.77": No space left on device' +
        '; lab/pg1.txt says: LOG: could not receive data from WAL stream: server closed the connection',
    );
  });

  it('name a copy of the primary that a standby could not make', async () => {
    await log(
      'pg2/patroni.log',
      '2026-11-30 04:00:01,000 INFO: trying to bootstrap from leader pg3',
      'pg_basebackup: error: could not get COPY data stream: ERROR:  could not find replication slot',
    );
    expect(await symptomsIn(folder))
      .to.contain('pg2/patroni.log says:')
      .and.to.contain('could not find replication slot');
    expect(rankOf("2026-11-30 04:00:02,000 ERROR: failed to bootstrap from leader 'pg3'")).to.be.a('number');
    expect(rankOf('2026-11-30 04:00:02,000 INFO: bootstrapped from leader pg3')).to.equal(undefined);
  });

  it('name a standby that cannot follow the new timeline, as PostgreSQL says it in a manager’s log', async () => {
    const message =
      'new timeline 4 forked off current database system timeline 3 before current recovery point 0/70000A0';
    const record = { log_time: '2026-11-30 20:17:25.692 UTC', process_id: '77', error_severity: 'LOG', message };
    await log(
      'pg2/postgres.log',
      JSON.stringify({ level: 'info', ts: '2026-11-30T20:17:25Z', logger: 'postgres', msg: 'record', record }),
    );
    expect(await symptomsIn(folder)).to.equal(`; lab/pg2/postgres.log says: LOG: ${message}`);
    const refused = "ERROR:  requested starting point 0/7000000 on timeline 3 is not in this server's history";
    expect(rankOf(refused)).to.be.above(rankOf(message)!);
  });

  it('give a line that only looks like JSON as it is', async () => {
    await log('pg2/postgres.log', '{ "msg": out of memory');
    expect(await symptomsIn(folder)).to.equal('; lab/pg2/postgres.log says: { "msg": out of memory');
  });

  it('are none where the logs hold what every drill’s logs hold', async () => {
    const usual = [
      'FATAL:  the database system is starting up',
      'FATAL:  terminating connection due to administrator command',
    ];
    await log('pg1.txt', ...usual.map((line) => `${stamp} ${line}`));
    expect(await symptomsIn(folder)).to.equal('');
    expect(rankOf(usual[0]!)).to.equal(undefined);
  });

  it('are none, and no error, where there are no logs', async () => {
    expect(await symptomsIn(join(folder, 'nowhere'))).to.equal('');
  });
});

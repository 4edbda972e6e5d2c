import { expect } from 'chai';
import { describe, it } from 'mocha';
import { classifyPgbouncer } from '../../observe/log-events.ts';
import type { Seen } from '../../stack.ts';
import { pgbouncerRecord, watchPoolerLog } from './pooler-log.ts';

/** As CloudNativePG's manager writes what PgBouncer says, behind the time that the kubelet puts before it. */
const line = (msg: string, level = 'LOG') =>
  `2026-11-22T17:00:17.040263157Z {"level":"info","ts":"2026-11-22T17:00:17.040263157Z","msg":"record","logger":"pgbouncer-manager","pipe":"stderr","record":${JSON.stringify({ timestamp: '2026-11-22 17:00:17.040 UTC', pid: '11', level, msg })}}`;

describe('the log of a Pooler', () => {
  it('holds PgBouncer’s own lines with their own time', () => {
    expect(pgbouncerRecord(line('listening on [::]:5432'))).to.deep.equal({
      at: new Date('2026-11-22T17:00:17.040Z'),
      text: '[11] LOG listening on [::]:5432',
      writtenNs: BigInt(Date.UTC(2026, 10, 22, 17, 0, 17)) * 1_000_000n + 40_263_157n,
    });
  });

  it('is read as PgBouncer’s log is elsewhere', () => {
    const { text } = pgbouncerRecord(
      line('S-0x55f0: myapp_prod/myapp_prod@10.43.0.9:5432 new connection to server (from 10.42.0.7:1)'),
    )!;
    expect(classifyPgbouncer(text)).to.deep.equal({
      event: 'server-connect',
      text: 'new connection to server for myapp_prod/myapp_prod',
      pool: 'myapp_prod/myapp_prod',
    });
  });

  it('has lines of the manager’s own, which are none of PgBouncer’s', () => {
    expect(pgbouncerRecord('2026-11-22T17:00:17Z {"level":"info","msg":"Starting"}')).to.equal(undefined);
    expect(pgbouncerRecord('2026-11-22T17:00:17Z {"level":')).to.equal(undefined);
    expect(pgbouncerRecord('no JSON')).to.equal(undefined);
  });

  /** A log with so many lines in one second, as the API sends it. */
  async function followed(lines: number): Promise<Seen[]> {
    const seen: Seen[] = [];
    const at = (i: number) => `2026-11-22T17:00:17.${String(Math.floor((i * 1e9) / lines)).padStart(9, '0')}Z`;
    const followLog = async (
      _: string,
      __: string,
      ___: string,
      onLine: (line: string) => void,
      signal: AbortSignal,
    ) => {
      for (let i = 0; i < lines; i++)
        onLine(
          line('C-0x55f0: app/app@10.42.0.1:1 login attempt: db=app user=app tls=no replication=no')
            .replaceAll('2026-11-22T17:00:17.040263157Z', at(i))
            .replace('17:00:17.040 UTC', `17:00:17.${at(i).slice(20, 23)} UTC`),
        );
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    };
    await watchPoolerLog(
      { followLog },
      'default',
      'pooler-1',
      () => 'pod',
      (what) => seen.push(what),
    )[Symbol.asyncDispose]();
    return seen;
  }

  it('is reported to lack lines in the second in which the manager’s sampler left some out', async () => {
    const seen = await followed(101);
    const [last] = seen.slice(-1);
    expect(seen[0]).to.include({ kind: 'poollog', event: 'client-login', n: 101 });
    expect(last).to.have.nested.property('logCut.source', 'pooler-1');
    expect(last).to.have.nested.property('logCut.seconds[0].least', 99);
    expect(last).to.have.nested.property('logCut.seconds[0].most', 198);
    expect(last).to.have.nested.property('logCut.seconds[0].fromNs').that.is.a('bigint');
  });

  it('is reported to lack none where no second has 100', async () => {
    expect((await followed(99)).at(-1))
      .to.have.nested.property('logCut.seconds')
      .that.has.length(0);
  });
});

import { expect } from 'chai';
import { describe, it } from 'mocha';
import { classifyPgbouncer } from '../../observe/log-events.ts';
import { pgbouncerRecord } from './pooler-log.ts';

/** As CloudNativePG's manager writes what PgBouncer says, behind the time that the kubelet puts before it. */
const line = (msg: string, level = 'LOG') =>
  `2026-11-22T17:00:17.040263157Z {"level":"info","ts":"2026-11-22T17:00:17.040263157Z","msg":"record","logger":"pgbouncer-manager","pipe":"stderr","record":${JSON.stringify({ timestamp: '2026-11-22 17:00:17.040 UTC', pid: '11', level, msg })}}`;

describe('the log of a Pooler', () => {
  it('holds PgBouncer’s own lines with their own time', () => {
    expect(pgbouncerRecord(line('listening on [::]:5432'))).to.deep.equal({
      at: new Date('2026-11-22T17:00:17.040Z'),
      text: '[11] LOG listening on [::]:5432',
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
});

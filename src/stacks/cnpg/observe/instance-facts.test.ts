import { expect } from 'chai';
import { instanceFact } from './instance-facts.ts';

const ts = '2026-11-30T08:17:57.449Z';
const line = (entry: Readonly<Record<string, unknown>>) =>
  `2026-11-30T08:17:57.449937652Z ${JSON.stringify({ ts, ...entry })}`;
const ofPostgres = (error_severity: string, message: string) =>
  line({ level: 'info', logger: 'postgres', msg: 'record', record: { error_severity, message } });

describe('the facts in the log of a CloudNativePG instance', () => {
  it('are PostgreSQL’s on replication, recovery and refusals', () => {
    const text = 'started streaming WAL from primary at 0/6000000 on timeline 2';
    expect(instanceFact(ofPostgres('LOG', text))).to.deep.equal({
      ...{ program: 'postgresql', fact: { level: 'LOG', text }, at: new Date(ts) },
    });
    expect(instanceFact(ofPostgres('LOG', 'checkpoint starting: time'))).to.equal(undefined);
    expect(instanceFact(ofPostgres('ERROR', 'duplicate key value violates unique constraint "t"'))).to.equal(undefined);
  });

  it('are the manager’s errors, and what changes the role of an instance', () => {
    const failed = line({ level: 'error', msg: 'while running pg_rewind', error: 'exit status 1' });
    expect(instanceFact(failed)).to.deep.include({
      ...{ program: 'cloudnative-pg', fact: { level: 'error', text: 'while running pg_rewind: exit status 1' } },
    });
    expect(instanceFact(line({ level: 'info', msg: 'Restored WAL file' }))).to.equal(undefined);
    expect(instanceFact(line({ level: 'info', msg: 'I am the target primary, promoting' }))).to.have.property(
      'program',
    );
  });

  it('are in no line that is not JSON, or has no time', () => {
    for (const other of [
      'plain text',
      '2026Z {"level":"info","msg":',
      `2026Z ${JSON.stringify({ level: 'error', msg: 'x' })}`,
    ])
      expect(instanceFact(other), other).to.equal(undefined);
  });
});

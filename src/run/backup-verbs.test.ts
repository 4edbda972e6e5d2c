import { expect } from 'chai';
import type { Client } from 'pg';
import { SetupError } from '../errors.ts';
import type { Draft } from '../journal/event.ts';
import type { RecoveryTarget } from '../stacks/backup/recovery-target.ts';
import { RestoreFailed } from '../stacks/backup/restore-failed.ts';
import type { BackupInfo, Backups } from '../stacks/backups.ts';
import type { OpenStack } from '../stacks/stack.ts';
import { BackupVerbs } from './backup-verbs.ts';
import type { Recorder } from './recorder.ts';

const taken: BackupInfo = {
  ...{ method: 'barman-cloud-backup', id: 'b1', instance: 'pg2', timeline: 1, bytes: 5 },
  ...{ beginWal: '000000010000000000000003', endWal: '000000010000000000000003' },
};
const marked = { serverTime: '2026-01-01T00:00:00.000001Z', lsn: '0/3000010', timeline: 1, name: 'postgres' };

/** Verbs on a stack whose backups are these, with everything that they journal. `recovering`: so many looks find the primary in recovery. */
function verbs(backups?: Partial<Backups>, signal = new AbortController().signal, refusals = 0, recovering = 0) {
  const lines: { kind: string; [field: string]: unknown }[] = [];
  const query = async (sql: string) => {
    if (sql.includes('pg_is_in_recovery')) return { rows: [{ standby: recovering-- > 0 }] };
    return { rows: [marked], rowCount: 0 };
  };
  const client = { query, end: async () => {} } as unknown as Client;
  const stack = {
    primary: async () => ({ kind: 'instance', name: 'pg1', host: 'pg1', address: '198.18.0.21' }),
    connect: async () => {
      if (refusals-- > 0) throw new Error('connect ECONNREFUSED');
      return client;
    },
    ...(backups && { backups: { sharpMs: 100, ...backups } }),
  } as unknown as OpenStack;
  let nowUs = 0;
  const recorder = {
    clock: { nowUs: () => (nowUs += 1_000) },
    now: (line: Draft) => void lines.push(line),
    note: (text: string, level: string) => void lines.push({ kind: 'note', text, level }),
  } as unknown as Recorder;
  return { verbs: new BackupVerbs({ stack, recorder, signal, step: () => {} }, 1_200), lines, stack };
}
const failing = async () => {
  throw new SetupError('the base backup failed: the object store does not answer');
};

describe('the verbs of a drill about backups', () => {
  it('journal a backup with what the cluster had when it was taken', async () => {
    const { verbs: drill, lines } = verbs({ take: async () => taken });
    await drill.backup({ within: '1m' });
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({ kind: 'backup', outcome: 'ok', id: 'b1', sharpMs: 100 });
    expect(lines[0]).to.deep.include({ roles: ['postgres'], databases: ['postgres'] });
  });

  it('leave a backup to a schedule, and journal how one is read', async () => {
    const takeBySchedule = async (schedule: string) => ({ ...taken, method: `by ${schedule}` });
    const { verbs: drill, lines } = verbs({ takeBySchedule, firstBySchedule: async () => 'first by 02:00' });
    await drill.backup({ within: '1m', schedule: '0 0 2 * * *' });
    await drill.readSchedule('0 0 2 * * *');
    expect(lines[0]).to.include({ kind: 'backup', outcome: 'ok', method: 'by 0 0 2 * * *' });
    expect(lines[1]).to.include({ kind: 'note', text: 'the schedule 0 0 2 * * *: first by 02:00' });
    const error = await verbs({})
      .verbs.readSchedule('0 0 2 * * *')
      .catch((reason: Error) => reason);
    expect(String(error)).to.contain("the scenario must say needs: ['schedule']");
  });

  it('journal a failure with its cause, and go on', async () => {
    const { verbs: drill, lines } = verbs({ take: failing, restore: failing });
    await drill.backup({ within: '1m' });
    await drill.restore('latest', { within: '1m' });
    const failures = lines.filter(({ outcome }) => outcome === 'failed');
    expect(failures.map(({ kind }) => kind)).to.deep.equal(['backup', 'restore']);
    for (const { cause } of failures) expect(cause).to.contain('the object store does not answer');
  });

  it('journal of a restore that failed which base backup it began with', async () => {
    const restore = async () => {
      throw new RestoreFailed('b1', 'the base backup is damaged', new Error('exit status 1'));
    };
    const { verbs: drill, lines } = verbs({ restore });
    await drill.restore('latest', { within: '1m' });
    expect(lines.at(-1)).to.include({ kind: 'restore', outcome: 'failed', backup: 'b1' });
  });

  it('end with an interruption, which does not count as a failed backup', async () => {
    const controller = new AbortController();
    const { verbs: drill, lines } = verbs({ take: failing }, controller.signal);
    controller.abort(new Error('interrupted'));
    const error = await drill.backup({ within: '1m' }).catch((reason: Error) => reason);
    expect(String(error)).to.contain('interrupted');
    expect(lines).to.deep.equal([]);
  });

  it('wait for a primary that does not answer yet, and report where none does', async () => {
    const signal = new AbortController().signal;
    const { verbs: drill, lines } = verbs({}, signal, 1);
    await drill.mark('later');
    expect(lines[0]).to.include({ kind: 'mark', instance: 'pg1' });
    const error = await verbs({}, signal, 100)
      .verbs.mark('never')
      .catch((reason: Error) => reason);
    expect(String(error)).to.contain('for a primary that answers, without success: connect ECONNREFUSED');
  });

  it('wait for a primary that is named already and still in recovery', async () => {
    const signal = new AbortController().signal;
    const { verbs: drill, lines } = verbs({}, signal, 0, 1);
    await drill.mark('later');
    await drill.archived({ within: '5s' });
    expect(lines.map(({ kind }) => kind)).to.deep.equal(['mark']);
    const error = await verbs({}, signal, 0, 100)
      .verbs.mark('never')
      .catch((reason: Error) => reason);
    expect(String(error)).to.contain('without success: pg1 is named as the primary, and still in recovery');
  });

  it('mark a moment by the primary’s clock between two readings of ours, and restore to just that', async () => {
    const targets: RecoveryTarget[] = [];
    const restore: Backups['restore'] = async (target) => {
      targets.push(target);
      return failing();
    };
    const { verbs: drill, lines } = verbs({ restore });
    const mark = await drill.mark('before');
    expect(lines[0]).to.include({ kind: 'mark', lsn: 0x3000010, beforeUs: 1_000, afterUs: 2_000 });
    await drill.restore(mark, { within: '1m' });
    expect(targets).to.deep.equal([{ kind: 'time', serverTime: marked.serverTime }]);
    expect(lines.at(-1)).to.deep.include({ target: { ...targets[0], mark: 'before' } });
  });

  it('mark also what the cluster has, where each of its databases can be asked', async () => {
    const { verbs: drill, lines, stack } = verbs({});
    stack.connectTo = async () => stack.connect(await stack.primary());
    await drill.mark('now');
    expect(lines[0]).to.deep.include({
      roles: ['postgres'],
      databases: ['postgres'],
      extensions: ['postgres: postgres'],
    });
    stack.connectTo = async () => Promise.reject(new Error('too many clients'));
    await drill.mark('later');
    expect(lines[1]).to.include({ kind: 'note', level: 'warn' });
    expect(lines[2]).to.include({ kind: 'mark', name: 'later' }).and.not.to.have.key('roles');
  });

  it('say what is missing on a stack that archives nothing', async () => {
    const error = await verbs()
      .verbs.restore('latest', { within: '1m' })
      .catch((reason: Error) => reason);
    expect(String(error)).to.contain("the scenario must say needs: ['backup']");
  });
});

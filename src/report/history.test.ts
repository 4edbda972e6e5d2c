import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { differences } from '../measure/compare/fingerprint.ts';
import { fingerprintOf, historyLine, readHistory, wholeLines } from './history.ts';
import { sampleRun } from './sample-run.ts';
import { sampleVerdict } from './sample-verdict.ts';

describe('the history', () => {
  it('keeps of a run what was measured, the limits and all circumstances', async () => {
    const line = historyLine(await sampleRun(), sampleVerdict());
    expect(line.measured.writeOutageMs).to.deep.equal({ value: 45_200, lower: 45_186, upper: 45_214 });
    expect(line.measured.readOutageMs?.value).to.equal(null);
    expect(line.limits.recoveryMs).to.deep.equal({ max: 120_000 });
    expect(line.fingerprint).to.include({
      stack: 'lab',
      'versions.pgbouncer': '1.24.1',
      'settings.patroni.ttl': '20 s',
      'topology.pooler.mode': 'transaction',
      'load.writers': '40',
      'machine.cpus': '2',
    });
  });

  it('distinguishes two runs by a setting, not by their seed or their time', async () => {
    const run = await sampleRun();
    const later = await sampleRun({ header: { ...run.header, seed: 7, id: 'x', startedAt: '2026-02-01T00:00:00Z' } });
    const settings = { ...run.stack!.settings, 'pgbouncer.server_login_retry': '1 s' };
    const other = await sampleRun({ stack: { ...run.stack!, settings } });
    expect(differences([fingerprintOf(run), fingerprintOf(later)])).to.deep.equal([]);
    expect(differences([fingerprintOf(run), fingerprintOf(other)])).to.deep.equal([
      'settings.pgbouncer.server_login_retry is 15 s or 1 s',
    ]);
  });

  it('distinguishes a run on a stack of its own from one on a stack that others used before', async () => {
    const run = await sampleRun();
    const shared = await sampleRun({ stack: { ...run.stack!, shared: true } });
    expect(differences([fingerprintOf(run), fingerprintOf(shared)])).to.deep.equal([
      'stack.shared is not set or by the runs of one command',
    ]);
  });

  it('reads back what it wrote, oldest first', async () => {
    const line = historyLine(await sampleRun(), sampleVerdict());
    const older = { ...line, run: 'older', startedAt: '2025-12-01T00:00:00Z' };
    const text = `${JSON.stringify(line)}\n\n${JSON.stringify(older)}\n`;
    expect(readHistory(text)).to.deep.equal([older, line]);
  });

  it('leaves out a last line that was torn anywhere', async () => {
    const line = historyLine(await sampleRun(), sampleVerdict());
    const text = JSON.stringify(line);
    for (let length = 1; length < text.length; length += 7)
      expect(readHistory(`${text}\n${text.slice(0, length)}`), String(length)).to.deep.equal([line]);
    expect(readHistory(text.slice(0, 9))).to.deep.equal([]);
    expect(readHistory(`${text}\n${text}`), 'whole, without its end').to.have.lengthOf(2);
    expect([wholeLines(''), wholeLines('{}'), wholeLines('{}\n{')]).to.deep.equal(['', '{}', '{}\n']);
  });

  it('names the line that is none', async () => {
    const line = JSON.stringify(historyLine(await sampleRun(), sampleVerdict()));
    expect(() => readHistory(`${line}\n{"format":\n`)).to.throw(UsageError, /the history, line 2, is not a line/);
    expect(() => readHistory(`{"format":\n${line}`)).to.throw(UsageError, /the history, line 1, is not a line/);
    expect(() => readHistory(`${line}\n{"format":2}`)).to.throw(UsageError, /line 2.*format/);
  });
});

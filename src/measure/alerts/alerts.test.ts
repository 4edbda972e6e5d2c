import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { EventOf } from '../../journal/event.ts';
import { readRunFile } from '../../journal/read.ts';
import { type Synthetic, synthetic } from '../../journal/synthetic.ts';
import { alertConditions } from './alerts.ts';
import { sleptThrough } from './missed-alerts.ts';

const connections = (state: EventOf<'alert'>['state'], value: number) => ({
  ...{ name: 'connections', state, source: 'postgres-2' },
  ...{ value, threshold: 0.8 },
});
const crashed = () => synthetic().fault('crash', { at: 20 });
const refused = (journal: Synthetic) =>
  journal.line('poollog', 30, {
    ...{ source: 'pooler-1', event: 'error' as const, atUs: 30e6, n: 7 },
    text: 'server login failed: FATAL sorry, too many clients already',
  });

describe('what monitoring would have reported', () => {
  it('is how long after the fault a condition began to hold, and when it ended', async () => {
    const run = await crashed()
      .line('alert', 41, connections('firing', 0.9))
      .line('alert', 61, connections('resolved', 0.1))
      .run();
    const [condition] = alertConditions(run);
    const [firing] = condition!.firings;
    expect(firing!.delayUs! / 1e6).to.be.closeTo(21, 0.2);
    expect(firing!.until!.tUs).to.equal(61e6);
    expect(condition!.quiet).to.equal(undefined);
  });

  it('is of a condition that never held the highest value that was seen', async () => {
    const run = await crashed().line('alert', 80, connections('quiet', 0.785)).run();
    const [condition] = alertConditions(run);
    expect(condition!.firings).to.deep.equal([]);
    expect(condition!.quiet).to.include({ value: 0.785, source: 'postgres-2' });
  });

  it('puts those that held first', async () => {
    const quiet = { ...connections('quiet', 0.1), name: 'database size' };
    const run = await crashed().line('alert', 30, quiet).line('alert', 41, connections('firing', 0.9)).run();
    expect(alertConditions(run).map(({ name }) => name)).to.deep.equal(['connections', 'database size']);
  });

  it('missed something where log-ins were refused and the condition on connections never held', async () => {
    const run = await refused(crashed()).line('alert', 80, connections('quiet', 0.785)).run();
    expect(sleptThrough(run)).to.have.length(1);
  });

  it('missed nothing where it held, where none was refused, or where nothing was looked at', async () => {
    const held = await refused(crashed()).line('alert', 41, connections('firing', 0.9)).run();
    const calm = await crashed().line('alert', 80, connections('quiet', 0.2)).run();
    const blind = await refused(crashed()).run();
    for (const run of [held, calm, blind]) expect(sleptThrough(run)).to.deep.equal([]);
  });

  it('was, in a real drill on CloudNativePG, that the connections ran out 45 s after the fault', async () => {
    const run = await readRunFile('fixtures/journals/primary-delete-now-failed/run.ndjson.gz');
    const [first, ...others] = alertConditions(run);
    expect(first).to.include({ name: 'connections', threshold: 0.8 });
    expect(first!.firings[0]!.from.value).to.equal(0.965);
    expect(first!.firings[0]!.delayUs! / 1e6).to.be.closeTo(44.9, 0.1);
    expect(others.map(({ name }) => name)).to.have.members(['replication lag', 'archiving stalled', 'database size']);
    expect(others.every(({ quiet }) => quiet !== undefined)).to.equal(true);
  });
});

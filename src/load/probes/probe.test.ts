import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startClock } from '../../journal/clock.ts';
import type { StreamPlan } from '../process/protocol.ts';
import { TestServer } from '../test-server.ts';
import { questionOf } from '../wire/question.ts';
import type { SlotRow } from '../writers/batch.ts';
import { every, Pace } from '../writers/pace.ts';
import { FreshProbe, KeptProbe, type ProbeOptions } from './probe.ts';

const behind = { severity: 'ERROR', code: '55P03', message: 'canceling statement due to lock timeout' } as const;
const refused = { severity: 'FATAL', code: '57P03', message: 'the database system is starting up' } as const;

describe('a probe stream', () => {
  const clock = startClock();
  let server: TestServer;
  let pace: Pace;
  let rows: SlotRow[];
  let plan: StreamPlan;
  beforeEach(async () => {
    server = await TestServer.listen();
    server.row = ['41', '198.18.0.21'];
    pace = new Pace(clock);
    rows = [];
    const endpoint = server.endpoint('direct');
    plan = { name: 'direct', path: 'direct', fresh: false, stepUs: 10_000, limitUs: 100_000, endpoint };
  });
  afterEach(async () => {
    pace.stop();
    await server[Symbol.asyncDispose]();
  });
  const options = (): ProbeOptions => ({
    ...{ plan, clock, question: questionOf(plan, [plan]) },
    ...{ onRow: (row: SlotRow) => rows.push(row), onLate: () => {} },
  });
  const run = (probe: KeptProbe | FreshProbe): void => {
    pace.add(every(plan.stepUs, clock.nowUs(), (nowUs, dueUs) => probe.tick(dueUs, nowUs)));
  };
  const kept = async (): Promise<KeptProbe> => {
    const probe = new KeptProbe(options());
    expect(await probe.connect()).to.equal(undefined);
    run(probe);
    return probe;
  };
  const outcomesOf = (some: readonly SlotRow[]) => [...new Set(some.map(({ outcome, error }) => error ?? outcome))];

  it('reports what it saw, and who answered', async () => {
    await kept();
    await sleep(100);
    expect(rows.length).to.be.at.least(5);
    expect(rows[0]).to.include({ slot: 0, outcome: 'ok', saw: 41, server: '198.18.0.21' });
    expect(server.logins).to.equal(1);
  });

  it('has every slot in the journal once, in order, at its intended start, whatever the server does', async () => {
    await kept();
    for (const reply of ['ok', 'silence', 'reset', 'close', 'ok', refused, 'ok'] as const) {
      server.onStatement = () => reply;
      server.onLogin = () => (reply === 'silence' || reply === 'close' ? reply : 'ok');
      await sleep(130);
    }
    expect(rows.length).to.be.at.least(70);
    for (const [i, row] of rows.entries()) {
      expect(row.slot).to.equal(i);
      expect(row.dueUs).to.equal(rows[0]!.dueUs + i * 10_000);
      if (row.startUs !== undefined) expect(row.startUs).to.be.at.least(row.dueUs);
    }
  });

  it('counts a silent server as timeouts at the limit of each slot', async () => {
    await kept();
    server.onStatement = () => 'silence';
    await sleep(300);
    expect(outcomesOf(rows)).to.deep.equal(['timeout']);
    for (const { dueUs, doneUs } of rows) expect(doneUs - dueUs).to.be.within(100_000, 300_000);
  });

  it('serves those that queued behind a slow answer late, but by their own start', async () => {
    await kept();
    server.onStatement = () => 'silence';
    await sleep(60);
    server.onStatement = () => 'ok';
    // The connection breaks: one slot has failed, and those behind it are served over the next one.
    server.resetAll();
    await sleep(60);
    const [first, ...rest] = rows;
    expect(first).to.include({ outcome: 'failed', error: 'ECONNRESET' });
    expect(outcomesOf(rest)).to.deep.equal(['ok']);
    const lateUs = rest.map(({ startUs, dueUs }) => startUs! - dueUs);
    expect(lateUs[0]).to.be.at.least(40_000);
    expect(lateUs.at(-1)).to.be.below(lateUs[0]!);
  });

  it('keeps a connection whose answer comes just too late for a slot that had queued until then', async () => {
    plan = { ...plan, stepUs: 50_000, limitUs: 200_000 };
    await kept();
    server.onStatement = () => 'silence';
    await sleep(170);
    // When the new connection is ready, the head of the queue has 10 ms left, and every answer takes 40 ms.
    for (const on of ['onLogin', 'onStatement'] as const) server[on] = () => 'slow';
    server.resetAll();
    await sleep(900);
    expect(rows.filter(({ startUs, outcome }) => startUs !== undefined && outcome === 'timeout')).to.not.be.empty;
    expect(rows.at(-1)!.outcome).to.equal('ok');
    expect(server.logins).to.equal(2);
  });

  it('tries a new connection each slot while it is refused, and keeps the first that works', async () => {
    server.onLogin = () => refused;
    const probe = new KeptProbe(options());
    expect(await probe.connect()).to.equal('57P03 starting up');
    run(probe);
    await sleep(100);
    expect(outcomesOf(rows)).to.deep.equal(['57P03 starting up']);
    const refusals = rows.length;
    expect(server.logins).to.be.within(refusals, refusals + 3);
    server.onLogin = () => 'ok';
    await sleep(100);
    const { logins } = server;
    await sleep(50);
    expect(rows.at(-1)!.outcome).to.equal('ok');
    expect(server.logins).to.equal(logins);
  });

  it('has one attempt in progress, and cuts it at the limit', async () => {
    const probe = await kept();
    server.onLogin = () => 'silence';
    server.resetAll();
    await sleep(90);
    expect(server.logins).to.equal(2);
    await sleep(100);
    expect(server.logins).to.equal(3);
    probe.close();
  });

  it('waits only briefly behind a statement that it gave up, over one connection, and counts that as no answer', async () => {
    await kept();
    await sleep(50);
    server.onStatement = () => 'silence';
    await sleep(150);
    server.onStatement = () => behind;
    const { logins } = server;
    await sleep(300);
    expect(server.logins - logins).to.be.at.most(1);
    expect(server.statements.at(-1)).to.match(/^set local lock_timeout = 80; with old as/);
    expect(outcomesOf(rows.slice(-15))).to.deep.equal(['timeout']);
    server.onStatement = () => 'ok';
    await sleep(100);
    expect(rows.at(-1)!.outcome).to.equal('ok');
    expect(server.statements.at(-1)).to.match(/^with old as/);
  });

  it('ends a fresh connection in order that waits behind a statement which was given up', async () => {
    plan = { ...plan, fresh: true, stepUs: 20_000 };
    server.onStatement = () => 'silence';
    const probe = new FreshProbe(options());
    run(probe);
    await sleep(150);
    server.onStatement = () => behind;
    await sleep(300);
    expect(outcomesOf(rows)).to.deep.equal(['timeout']);
    // Each lasts until its slot is over; five slots are due in that time.
    expect(server.connections).to.be.at.most(1);
    server.onStatement = () => 'ok';
    await sleep(100);
    expect(rows.at(-1)!.outcome).to.equal('ok');
    probe.close();
  });

  it('gives a log-in that the server has begun to answer more time with each that hangs', async () => {
    const probe = await kept();
    server.onLogin = () => 'begun';
    server.resetAll();
    const { logins } = server;
    await sleep(1_600);
    // After 0.1, 0.3, 0.7 and 1.5 s.
    expect(server.logins - logins).to.be.within(3, 5);
    expect(outcomesOf(rows.slice(-100))).to.deep.equal(['timeout']);
    server.onLogin = () => 'ok';
    await sleep(1_000);
    expect(rows.at(-1)!.outcome).to.equal('ok');
    probe.close();
  });

  it('connects again for each slot where it is fresh', async () => {
    plan = { ...plan, fresh: true, stepUs: 20_000 };
    run(new FreshProbe(options()));
    await sleep(200);
    expect(rows.length).to.be.at.least(7);
    expect(outcomesOf(rows)).to.deep.equal(['ok']);
    expect(server.logins).to.be.within(rows.length, rows.length + 1);
  });

  it('has one fresh connection at a time, and judges the slots behind it by their own start', async () => {
    plan = { ...plan, fresh: true, stepUs: 20_000 };
    server.onLogin = () => 'silence';
    const probe = new FreshProbe(options());
    run(probe);
    await sleep(330);
    expect(server.connections).to.equal(1);
    expect(outcomesOf(rows)).to.deep.equal(['timeout']);
    for (const { dueUs, doneUs } of rows) expect(doneUs - dueUs).to.be.within(100_000, 300_000);
    probe.close();
  });

  it('asks a replica what it has of the direct stream', () => {
    const reader: StreamPlan = { ...plan, name: 'readonly', path: 'readonly' };
    expect(questionOf(reader, [plan, reader]).sql(5)).to.match(/^select slot.* where stream = 'direct'$/);
  });
});

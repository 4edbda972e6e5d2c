/** How many sessions probes leave on a real PostgreSQL whose commits hang, or which stands still. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Client } from 'pg';
import { startClock } from '../../journal/clock.ts';
import type { StreamPlan } from '../process/protocol.ts';
import { postgresFor, type TestPostgres } from '../test-postgres.ts';
import { questionOf } from '../wire/question.ts';
import type { SlotRow } from '../writers/batch.ts';
import { connect } from '../writers/connect.ts';
import { prepareSchema } from '../writers/ledger.ts';
import { every, Pace } from '../writers/pace.ts';
import { FreshProbe, KeptProbe, type Probe } from './probe.ts';

/** Each probe: one session whose commit hangs, one that waits behind it. One more may be on its way out. */
const atMost = 5;
const limitUs = 200_000;
const sessionsSql = `select count(*)::int as n from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`;

describe('probes of a server that does not answer', function () {
  this.timeout(60_000);
  const clock = startClock();
  let postgres: TestPostgres;
  let admin: Client;
  let pace: Pace;
  let probes: Probe[];
  let rows: Map<string, SlotRow[]>;

  before(async function () {
    postgres = await postgresFor(this);
    admin = await connect(postgres.endpoint);
    await prepareSchema(admin, plans());
    // What this session changes is not to wait itself.
    await admin.query('set synchronous_commit = local');
  });
  after(async () => {
    await admin?.end().catch(() => {});
    await postgres?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    pace = new Pace(clock);
    rows = new Map(plans().map(({ name }) => [name, []]));
    probes = await Promise.all(plans().map(started));
    await sleep(300);
    for (const { name } of plans()) expect(lastOf(name), name).to.equal('ok');
  });
  afterEach(() => {
    pace.stop();
    for (const probe of probes) probe.close();
  });

  const plans = (): StreamPlan[] => {
    const common = { path: 'direct', limitUs, endpoint: postgres.endpoint } as const;
    return [
      { ...common, name: 'direct', fresh: false, stepUs: 10_000 },
      { ...common, name: 'direct-fresh', fresh: true, stepUs: 40_000 },
    ];
  };
  const lastOf = (name: string) => rows.get(name)!.at(-1)?.outcome;

  async function started(plan: StreamPlan): Promise<Probe> {
    const question = questionOf(plan, plans());
    const onRow = (row: SlotRow) => void rows.get(plan.name)!.push(row);
    const options = { plan, clock, question, onRow, onLate: () => {} };
    const probe = plan.fresh ? new FreshProbe(options) : new KeptProbe(options);
    await probe.connect();
    pace.add(every(plan.stepUs, clock.nowUs(), (nowUs, dueUs) => probe.tick(dueUs, nowUs)));
    return probe;
  }

  /** The most sessions at a time, of those that anybody but this test opened. */
  async function mostSessions(forMs: number): Promise<number> {
    let most = 0;
    for (const untilMs = performance.now() + forMs; performance.now() < untilMs; await sleep(20))
      most = Math.max(most, (await admin.query<{ n: string }>(sessionsSql)).rows.map(({ n }) => Number(n))[0]!);
    return most;
  }

  async function setStandbys(names: string): Promise<void> {
    await admin.query(`alter system set synchronous_standby_names = '${names}'`);
    await admin.query('select pg_reload_conf()');
  }

  it('leave no more of them however long commits wait for a standby, and find its return at once', async () => {
    const hangUs = clock.nowUs();
    await setStandbys('nobody');
    expect(await mostSessions(4_000)).to.be.within(2, atMost);
    for (const { name } of plans()) {
      const within = rows.get(name)!.filter(({ dueUs }) => dueUs > hangUs + limitUs);
      expect([...new Set(within.map(({ outcome }) => outcome))], name).to.deep.equal(['timeout']);
    }
    const backUs = clock.nowUs();
    await setStandbys('');
    await sleep(700);
    for (const { name } of plans()) {
      const first = rows.get(name)!.find(({ outcome, doneUs }) => outcome === 'ok' && doneUs > backUs)!;
      expect((first.doneUs - backUs) / 1000, name).to.be.below(250);
      expect(lastOf(name), name).to.equal('ok');
    }
  });

  it('leave no more of them where every process of the server stood still', async () => {
    const pids = await processesOf(postgres.endpoint.port);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      await sleep(3_000);
      for (const { name } of plans()) expect(lastOf(name), name).to.equal('timeout');
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    expect(await mostSessions(1_000)).to.be.at.most(atMost);
    for (const { name } of plans()) expect(lastOf(name), name).to.equal('ok');
  });
});

/** The postmaster that listens on a port, and its children. */
async function processesOf(port: number): Promise<number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const read = (pid: number, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const parents = new Map<number, number>();
  let postmaster: number | undefined;
  for (const pid of all) {
    parents.set(pid, Number(/\) \w (\d+) /.exec(await read(pid, 'stat'))?.[1]));
    const [program = '', ...args] = (await read(pid, 'cmdline')).split('\0');
    if (program.endsWith('postgres') && args.includes(String(port))) postmaster = pid;
  }
  return [postmaster!, ...all.filter((pid) => parents.get(pid) === postmaster)];
}

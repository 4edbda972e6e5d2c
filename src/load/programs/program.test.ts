import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startClock } from '../../journal/clock.ts';
import { type Draft, type EventKind, eventSchema, outcomes } from '../../journal/event.ts';
import { clientPlans } from './plan.ts';
import { ClientProgram } from './program.ts';

const fake = new URL('../../../fixtures/clients/fake.mjs', import.meta.url).pathname;
const endpoint = { name: 'direct', host: '127.0.0.1', port: 5432, database: 'd', user: 'u', password: 'p@ss' };

describe('a client program', function () {
  this.timeout(20_000);
  let folder: string;
  let drafts: Draft[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-program-'));
    drafts = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  type More = { argv?: string[]; readyWithinMs?: number; silentAtMostMs?: number; giveUpMs?: number };
  const start = (habit: string, { giveUpMs = 300, ...more }: More = {}) => {
    const clock = startClock();
    const use = {
      use: './fake',
      name: 'fake',
      path: 'direct',
      workers: 4,
      ratePerSecond: 40,
      settings: { a: 'b' },
    } as const;
    const [plan] = clientPlans({
      ...{ uses: [use], endpoints: [endpoint], hosts: [], originNs: clock.originNs, seed: 1, giveUpMs },
    });
    const argv = [process.execPath, fake, habit];
    const onDraft = (draft: Draft): void => void drafts.push(draft);
    return {
      clock,
      program: new ClientProgram({
        ...{ plan: plan!, program: 0, uses: './fake', argv, env: { PATH: process.env.PATH! }, folder, clock, onDraft },
        ...more,
      }),
    };
  };
  const of = <K extends EventKind>(kind: K): Draft<K>[] => drafts.filter((draft) => draft.kind === kind) as Draft<K>[];
  const end = (): Draft<'clientend'> => of('clientend')[0]!;

  const reported = (): number => of('op').reduce((sum, { n }) => sum + n, 0);
  /** A machine that is busy takes longer. */
  const until = async (isSo: () => boolean): Promise<void> => {
    for (let i = 0; i < 600 && !isSo(); i++) await sleep(25);
  };

  /** Starts it, lets it write for a while, and stops it: between two requests, which are due 25 ms apart. */
  const drill = async (habit: string, isSeen: (program: ClientProgram) => boolean, more: More = {}) => {
    const { program, clock } = start(habit, more);
    await using _program = program;
    await program.ready;
    const atUs = clock.nowUs() + 100_000;
    program.start(atUs);
    await until(() => isSeen(program));
    await sleep(25 - (((clock.nowUs() - atUs) / 1000) % 25) + 12);
    await program.stop();
    return program;
  };
  const hasTrouble = ({ trouble }: ClientProgram): boolean => trouble !== undefined;
  const hasReported = (): boolean => reported() >= 40;

  it('reports every request that was due, under its own worker numbers', async () => {
    const program = await drill('none', hasReported, { giveUpMs: 5_000 });
    expect(program.trouble).to.equal(undefined);
    expect(end()).to.deep.include({ how: 'done', unreported: 0 });
    const rows = of('op').flatMap(({ n, worker, op, outcome }) =>
      Array.from({ length: n }, (_, i) => [worker[i], op[i], outcome[i]]),
    );
    expect(rows).to.have.length(end().due);
    expect(new Set(rows.map(([worker]) => worker))).to.deep.equal(new Set([10_000, 10_001, 10_002, 10_003]));
    expect(of('client')[0]).to.deep.include({
      versions: 'fake 1',
      settings: { a: 'b', habit: 'none' },
      path: 'direct',
    });
    for (const draft of drafts) eventSchema.parse({ seq: 0, ...draft });
  });

  it('measures how late it sends, and its processor time', async () => {
    await drill('none', hasReported);
    expect(end().lateP50Us).to.be.within(0, 100_000);
    expect(end().cpuUs).to.be.greaterThan(0);
  });

  it('may fail requests: what certainly did not happen is failed', async () => {
    const program = await drill('fails', hasReported);
    expect(program.trouble).to.equal(undefined);
    const failed = of('op').flatMap(({ outcome, error, errors }) =>
      outcome.flatMap((code, i) => (code === outcomes.indexOf('failed') ? [errors[error[i]!]] : [])),
    );
    expect(new Set(failed)).to.deep.equal(new Set(['25006 read-only transaction']));
  });

  it('leaves a request without an outcome unknown, and those behind it unsent', async () => {
    let looks = 0;
    // Another second, in which further requests become due.
    await drill('hangs', () => reported() >= 8 && ++looks > 40);
    expect(end()).to.deep.include({ how: 'done' });
    expect(end().trouble).to.equal(undefined);
    const missing = of('op').at(-1)!;
    expect(missing.n).to.equal(end().unreported);
    expect(missing.outcome.filter((code) => code === outcomes.indexOf('unknown'))).to.have.length(4);
    expect(missing.sent.filter((us) => us === -1)).to.have.length(missing.n - 4);
  });

  const bad: readonly (readonly [habit: string, says: RegExp, more?: object])[] = [
    ['twice', /reported worker 1000\d, op \d+ twice/],
    ['early', /reported a request that was not due/],
    ['wrong-worker', /reported worker 1, which is not one of its own/],
    ['unproved', /acknowledged without what the write returns/],
    ['silent', /reported nothing for 0.7 s/, { silentAtMostMs: 700 }],
    ['floods', /floods: more than 100 messages a second/],
    ['ahead', /has a clock (1\.0\d|0\.9\d) s ahead of CLOCK_MONOTONIC/],
  ];
  for (const [habit, says, more] of bad)
    it(`is named and killed where it is bad: ${habit}`, async () => {
      const { program, clock } = start(habit, more);
      await using _program = program;
      await program.ready.catch(() => {});
      program.start(clock.nowUs() + 100_000);
      await until(() => hasTrouble(program) || (habit === 'ahead' && hasReported()));
      await program.stop();
      expect(program.trouble).to.match(says);
      if (habit !== 'ahead') expect(end()).to.deep.include({ how: 'killed' });
      if (habit !== 'ahead') expect(reported(), 'each request is in the journal once').to.equal(end().due);
    });

  it('is in doubt where its clock is 1 s behind', async () => {
    const program = await drill('behind', hasReported);
    expect(program.trouble).to.match(/has a clock behind CLOCK_MONOTONIC, or reports late/);
  });

  it('is in doubt where it leaves out requests', async () => {
    const program = await drill('forgets', hasReported);
    expect(program.trouble).to.match(/left out a request \(worker 1000\d, op \d+\) and reported later ones/);
    expect(end().how).to.equal('done');
  });

  it('is named where it ends before it is asked to, with what it wrote to stderr', async () => {
    const program = await drill('exits', hasTrouble);
    expect(program.trouble).to.match(/ended with code 3 before it was asked to/);
    expect(end()).to.deep.include({ how: 'exited' });
  });

  it('is killed where it does not end', async () => {
    const began = performance.now();
    const program = await drill('deaf', () => reported() > 0);
    expect(program.trouble).to.match(/did not end within 5.3 s of being asked to/);
    expect(performance.now() - began).to.be.below(19_000);
  });

  for (const [habit, says] of [
    ['nonsense', /the client program fake wrote a line that is not JSON: "Connected to the database!"/],
    ['exits-at-once', /the client program fake ended with code 7 before it was asked to: cannot find the library/],
    ['never-ready', /the client program fake was not ready within 0.5 s/],
  ] as const)
    it(`ends the run before anything is broken where it does not start: ${habit}`, async () => {
      const { program } = start(habit, habit === 'never-ready' ? { readyWithinMs: 500 } : {});
      await using _program = program;
      const error = await program.ready.catch((reason: Error) => reason);
      expect(String(error)).to.match(says);
      if (habit === 'exits-at-once')
        expect(await readFile(join(folder, 'client-fake.log'), 'utf8')).to.contain('cannot find the library');
    });

  it('that cannot be started is named', async () => {
    const { program } = start('none', { argv: ['/nowhere/to/be/found'] });
    await using _program = program;
    const error = await program.ready.catch((reason: Error) => reason);
    expect(String(error)).to.match(/the client program fake cannot be started: spawn \/nowhere\/to\/be\/found ENOENT/);
  });

  it('takes with it what it started', async () => {
    const { program } = start('child');
    {
      await using _program = program;
      await program.ready;
    }
    await sleep(100);
    expect(runningIn(program.pid!)).to.deep.equal([]);
  });
});

/** Processes of a group that run: a dead one whose parent has not asked about it yet is a zombie. */
function runningIn(group: number): string[] {
  const stats = readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/stat`, 'utf8')] : [];
    } catch {
      return [];
    }
  });
  return stats.filter((stat) => {
    const [state, , itsGroup] = stat.split(') ').at(-1)!.split(' ');
    return Number(itsGroup) === group && state !== 'Z';
  });
}

/** For tests: a story of a crash in which a client program of four workers took part. */
import { firstWorkerOf } from '../../journal/clients/lines.ts';
import { outcomes } from '../../journal/event.ts';
import { readRun } from '../../journal/read.ts';
import type { Run } from '../../journal/run.ts';
import { type CrashStory, crash, crashStory } from '../../journal/stories.ts';

export interface ProgramStory {
  /** What became of request `op` of a worker (0 to 3), which is due at `at` seconds; by default it is down with the direct path. */
  readonly outcome?: (worker: number, at: number) => string;
  readonly trouble?: string;
  /** Keys that the ledger holds twice, and those that it lacks. */
  readonly twice?: readonly [number, number][];
  readonly lost?: readonly [number, number][];
  readonly server?: string;
  /** As the load names it; its adapter and path are those of the `client` line. */
  readonly use?: string;
  readonly due?: number;
  readonly ends?: number;
  readonly story?: CrashStory;
}

/** Each of four workers has a request a second, of program 0. */
export async function programStory(program: ProgramStory = {}): Promise<Run> {
  const { twice = [], lost = [], trouble, use = 'p:path=direct' } = program;
  const [uses, path] = [use.split(':')[0]!, /\bpath=(\w+)/.exec(use)?.[1] ?? 'pooler-1'];
  const byDefault = (_worker: number, at: number): string =>
    at >= crash.at && at < crash.routed ? 'unknown: ECONNRESET' : 'ok';
  const outcome = program.outcome ?? byDefault;
  const first = firstWorkerOf(0);
  const n = crash.seconds * 4;
  const rows = Array.from({ length: n }, (_, k) => {
    const [worker, op, dueUs] = [k % 4, Math.floor(k / 4), Math.round((k * 1e6) / 4)];
    const [is, ...texts] = outcome(worker, dueUs / 1e6).split(': ');
    const error = texts.length > 0 ? texts.join(': ') : undefined;
    return { worker: first + worker, op, dueUs, is: is!, error };
  });
  const good = rows.filter(({ is }) => is === 'ok').map(({ worker, op }): [number, number] => [worker, op]);
  const isLost = ([worker, op]: [number, number]): boolean => lost.some((key) => key[0] === worker && key[1] === op);
  const errors = [...new Set(rows.flatMap(({ error }) => error ?? []))];
  // As the load's own writes have it, whose first on the new timeline is where that forked off.
  const lsnAt = (us: number): number =>
    0x3000000 + Math.round(50 * (us < crash.promoted * 1e6 ? us / 1e6 : Math.max(us / 1e6, crash.back))) * 256;
  const timelineOf = (us: number): number => (us < crash.promoted * 1e6 ? 1 : 2);
  const events = crashStory({
    ...program.story,
    ledger: { with: good.filter((key) => !isLost(key)), twice, ...program.story?.ledger },
    more: (journal) => {
      const about = { name: 'p', program: 0, uses, workers: 4, ratePerSecond: 4, path };
      journal.line('client', 0, { ...about, versions: 'p 1', settings: {} });
      for (let from = 0; from < n; from += 40) {
        const some = rows.slice(from, from + 40);
        const column = <T>(value: (row: (typeof rows)[0]) => T): T[] => some.map(value);
        journal.line('op', some.at(-1)!.dueUs / 1e6 + 0.1, {
          ...{ n: some.length, baseUs: 0, errors, servers: [program.server ?? '198.18.0.21', '198.18.0.22'] },
          ...{ worker: column((row) => row.worker), op: column((row) => row.op), due: column((row) => row.dueUs) },
          ...{ late: column(() => 0), sent: column(() => 100), done: column(() => 5_000) },
          outcome: column(({ is }) => outcomes.indexOf(is as (typeof outcomes)[number])),
          error: column(({ error }) => (error === undefined ? -1 : errors.indexOf(error))),
          server: column(({ is, dueUs }) => (is === 'ok' ? timelineOf(dueUs) - 1 : -1)),
          timeline: column(({ is, dueUs }) => (is === 'ok' ? timelineOf(dueUs) : 0)),
          lsn: column(({ is, dueUs }) => (is === 'ok' ? lsnAt(dueUs) : 0)),
        });
      }
      const late = { lateP50Us: 0, lateP99Us: 0, lateMaxUs: 0, cpuUs: 1, wallUs: crash.seconds * 1e6 };
      for (let i = 0; i < (program.ends ?? 1); i++)
        journal.line('clientend', crash.seconds + 0.2, {
          ...{ name: 'p', how: trouble ? 'killed' : 'done', due: program.due ?? n, unreported: 0, ...late },
          ...(trouble !== undefined && { trouble }),
        });
    },
  }).events();
  return readRun(
    events.map((event) =>
      JSON.stringify(event.kind === 'run' ? { ...event, load: { ...event.load, clients: [use] } } : event),
    ),
  );
}

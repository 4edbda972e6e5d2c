/** The verbs of a drill that are about backups: each journalled, and none of them ends the drill by failing. */
import type { Client } from 'pg';
import { parseDurationMs } from '../duration.ts';
import { SetupError } from '../errors.ts';
import type { Instance } from '../faults/target.ts';
import { lsnBytes } from '../postgres/lsn.ts';
import type { Drill, Mark } from '../scenario/drill.ts';
import type { RecoveryTarget } from '../stacks/backup/recovery-target.ts';
import { RestoreFailed } from '../stacks/backup/restore-failed.ts';
import type { BackupOptions, Backups } from '../stacks/backups.ts';
import { cameTrue, until } from '../wait.ts';
import type { DrillContext } from './context.ts';
import { type Belongings, belongingsOf, prove, rolesAndDatabases } from './data/prove.ts';

type Context = Pick<DrillContext, 'stack' | 'recorder' | 'signal' | 'step'>;

const markSql = `
select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "serverTime",
  pg_current_wal_insert_lsn()::text as lsn,
  ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int as timeline`;

const waitingSql = `
select from pg_ls_archive_statusdir() where name like '%.ready' and substr(name, 1, 24) <= $1 limit 1`;

export class BackupVerbs implements Pick<Drill, 'backup' | 'readSchedule' | 'mark' | 'archived' | 'restore'> {
  readonly #context: Context;
  readonly #answersWithinMs: number;
  #restores = 0;

  /** @param answersWithinMs how long a primary that does not answer is waited for: it may be about to change */
  constructor(context: Context, answersWithinMs = 60_000) {
    this.#context = context;
    this.#answersWithinMs = answersWithinMs;
  }

  async backup({ within, schedule }: { within: string; schedule?: string }): Promise<void> {
    const { recorder, step } = this.#context;
    const has = await this.#onPrimary(rolesAndDatabases);
    step(schedule ? `a base backup by ${schedule}, at most ${within}` : `taking a base backup, at most ${within}`);
    const fromUs = recorder.clock.nowUs();
    const backups = this.#backups;
    const options = this.#options(within);
    const taking = schedule ? bySchedule(backups.takeBySchedule?.(schedule, options)) : backups.take(options);
    const taken = await this.#attempt(taking);
    const { sharpMs } = backups;
    const line = { kind: 'backup', fromUs, untilUs: recorder.clock.nowUs(), sharpMs, ...has } as const;
    if ('cause' in taken) recorder.now<'backup'>({ ...line, outcome: 'failed', method: 'unknown', cause: taken.cause });
    else recorder.now<'backup'>({ ...line, outcome: 'ok', ...taken.done });
  }

  async readSchedule(schedule: string): Promise<void> {
    const first = await bySchedule(this.#backups.firstBySchedule?.(schedule, this.#options('30s')));
    this.#context.recorder.note(`the schedule ${schedule}: ${first}`);
  }

  async mark(name: string): Promise<Mark> {
    const { recorder } = this.#context;
    return this.#onPrimary(async (client, instance) => {
      const beforeUs = recorder.clock.nowUs();
      const { rows } = await client.query<{ serverTime: string; lsn: string; timeline: number }>(markSql);
      const afterUs = recorder.clock.nowUs();
      const { serverTime, lsn, timeline } = rows[0]!;
      const at = { instance: instance.name, timeline, lsn: lsnBytes(lsn), serverTime, beforeUs, afterUs };
      recorder.now<'mark'>({ kind: 'mark', name, ...at, ...(await this.#belongings(client, instance)) });
      return { name, serverTime };
    });
  }

  async archived({ within }: { within: string }): Promise<void> {
    const { recorder, signal, step } = this.#context;
    step(`waiting until everything written so far is archived, at most ${within}`);
    const startedMs = performance.now();
    const upTo = await this.#onPrimary(async (client) => {
      const { rows } = await client.query<{ name: string }>('select pg_walfile_name(pg_switch_wal()) as name');
      return rows[0]!.name;
    });
    const done = () => this.#onPrimary(async (client) => (await client.query(waitingSql, [upTo])).rowCount !== 1);
    const withinMs = parseDurationMs(within) - (performance.now() - startedMs);
    if (await cameTrue(done, { withinMs, everyMs: 500, signal })) return;
    recorder.note(`${upTo} was not archived within ${within}`, 'warn');
  }

  async restore(to: Mark | 'latest', { within }: { within: string }): Promise<void> {
    const { recorder, step } = this.#context;
    const name = `restore-${++this.#restores}`;
    const target: RecoveryTarget = to === 'latest' ? { kind: 'latest' } : { kind: 'time', serverTime: to.serverTime };
    step(`restoring ${to === 'latest' ? 'as far as the archive goes' : `to ${to.name}`}, at most ${within}`);
    const fromUs = recorder.clock.nowUs();
    const attempt = await this.#attempt(this.#backups.restore(target, this.#options(within)));
    const untilUs = recorder.clock.nowUs();
    const line = { kind: 'restore', name, fromUs, untilUs, sharpMs: this.#backups.sharpMs } as const;
    const aim = { target: { ...target, ...(to !== 'latest' && { mark: to.name }) } };
    if ('cause' in attempt) {
      const { cause, error } = attempt;
      const from = error instanceof RestoreFailed ? { backup: error.backup } : {};
      recorder.now<'restore'>({ ...line, ...aim, ...from, outcome: 'failed', cause });
      return;
    }
    await using restored = attempt.done;
    recorder.now<'restore'>({ ...line, ...aim, outcome: 'ok', ...restored.facts });
    step(`restored in ${((untilUs - fromUs) / 1e6).toFixed(1)} s; examining the restored data`);
    recorder.now<'proof'>({ ...(await prove(restored, this.#backups.assertions)), restore: name });
  }

  /** What the cluster has now; nothing where it cannot be asked in full, so that a mark is set all the same. */
  async #belongings(client: Client, instance: Instance): Promise<Partial<Belongings>> {
    const { stack, recorder } = this.#context;
    if (!stack.connectTo) return {};
    try {
      return await belongingsOf(client, (database) => stack.connectTo!(instance, database));
    } catch (error) {
      recorder.note(`roles, databases and extensions could not be listed: ${(error as Error).message}`, 'warn');
      return {};
    }
  }

  get #backups(): Backups {
    const { backups } = this.#context.stack;
    if (!backups) throw new SetupError("the stack archives nothing: the scenario must say needs: ['backup']");
    return backups;
  }

  #options(within: string): BackupOptions {
    const { signal, step } = this.#context;
    return { signal, withinMs: parseDurationMs(within), progress: step };
  }

  /** A failure is a finding: it is journalled, and the drill goes on. An interruption is not. */
  async #attempt<T>(work: Promise<T>): Promise<{ done: T } | { cause: string; error: unknown }> {
    const { signal, recorder } = this.#context;
    try {
      return { done: await work };
    } catch (error) {
      signal.throwIfAborted();
      const cause = error instanceof Error ? error.message : String(error);
      recorder.note(cause, 'error');
      return { cause, error };
    }
  }

  /**
   * Asks the primary; again, where the one that is named does not answer, is in recovery still, or goes meanwhile.
   * @throws SetupError where none answers in time
   */
  async #onPrimary<T>(ask: (client: Client, instance: Instance) => Promise<T>): Promise<T> {
    const { stack, signal } = this.#context;
    let why = '';
    const attempt = async (): Promise<{ readonly answer: T }> => {
      const instance = await stack.primary();
      const client = await stack.connect(instance);
      try {
        const { rows } = await client.query<{ standby: boolean }>('select pg_is_in_recovery() as standby');
        if (rows[0]!.standby) throw new SetupError(`${instance.name} is named as the primary, and still in recovery`);
        return { answer: await ask(client, instance) };
      } finally {
        await client.end().catch(() => {});
      }
    };
    const { answer } = await until(() => attempt().catch((error: Error) => void (why = error.message)), {
      withinMs: this.#answersWithinMs,
      everyMs: 500,
      what: 'a primary that answers',
      signal,
      why: () => why,
    });
    return answer;
  }
}

function bySchedule<T>(work: Promise<T> | undefined): Promise<T> {
  if (work) return work;
  throw new SetupError("nothing takes backups by a schedule here: the scenario must say needs: ['schedule']");
}

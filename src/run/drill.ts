/** What a scenario’s `drill` function is given: its verbs, each journalled. */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Duration, parseDurationMs } from '../duration.ts';
import { SetupError } from '../errors.ts';
import type { TargetOfKind } from '../faults/aim.ts';
import type { FaultKind, ParameterArgument, TargetOf } from '../faults/index.ts';
import type { Instance } from '../faults/target.ts';
import type { Drill, InjectedFault } from '../scenario/drill.ts';
import { cameTrue } from '../wait.ts';
import { AwaitedVerbs } from './awaited.ts';
import { BackupVerbs } from './backup-verbs.ts';
import type { DrillContext } from './context.ts';
import { symptomsIn } from './files/symptoms.ts';
import { Injections } from './injections.ts';
import { isWhole } from './replication.ts';

/** A second more than the good slots that end an episode (METRICS, "Availability"). */
const goodForMs = 11_000;
/** `stuckClients` judges clients by the last 10 s of the load, once all paths have been back for 3 s. */
const clientsBackMs = 14_000;
/** Between two looks at what is waited for. */
const lookEveryMs = 200;

/** The verbs of a drill, and the faults that it left unhealed. */
export class Conductor implements Drill {
  readonly #context: DrillContext;
  readonly #backups: BackupVerbs;
  readonly #faults: Injections;
  #gaveUp = 0;

  constructor(context: DrillContext) {
    this.#context = context;
    this.#backups = new BackupVerbs(context);
    this.#faults = new Injections(context);
  }

  /**
   * Runs a drill to its end.
   * @throws SetupError where it did not wait for a verb or for long calls none, or a fault could not be ended at its time
   */
  async run(drill: (verbs: Drill) => Promise<void>): Promise<void> {
    const awaited = new AwaitedVerbs();
    const over = new AbortController();
    const run = awaited.drill(() => drill(awaited.watch(this)));
    try {
      await Promise.race([run, this.#faults.failed, awaited.silence(over.signal)]);
    } finally {
      over.abort();
    }
  }

  hold = async (time: Duration, why?: string): Promise<void> => {
    const { step, signal, holdAtMostMs = Number.POSITIVE_INFINITY } = this.#context;
    step(`holding ${time}${why ? `: ${why}` : ''}`);
    await sleep(Math.min(parseDurationMs(time), holdAtMostMs), undefined, { signal });
  };

  primary = (): Promise<Instance> => this.#context.stack.primary();

  poolers = (): readonly TargetOfKind<'pooler'>[] =>
    this.#context.stack.facts.poolers.map((name) => ({ kind: 'pooler', name }) as const);

  instances = (): Promise<readonly Instance[]> => this.#context.stack.instances();

  standby = async (): Promise<Instance> => {
    const states = await this.#context.replication.look();
    const standbys = states.filter(({ syncState, streaming }) => streaming && syncState !== 'primary');
    const chosen = standbys.find(({ syncState }) => syncState === 'sync' || syncState === 'quorum') ?? standbys[0];
    const instance = (await this.instances()).find(({ name }) => name === chosen?.instance);
    if (!instance) throw new SetupError('the drill asks for a standby that streams, but there is none');
    return instance;
  };

  standbys = async (): Promise<readonly Instance[]> => {
    const { name } = await this.primary();
    return (await this.instances()).filter((instance) => instance.name !== name);
  };

  inject = async <F extends FaultKind>(
    fault: F,
    target: TargetOf<F>,
    ...[parameters]: ParameterArgument<F>
  ): Promise<InjectedFault> => {
    this.#faults.refuseUnnamed(fault);
    if (this.#faults.count === 0) await this.#undisturbed();
    return this.#faults.inject(fault, target, parameters);
  };

  disturb: Drill['disturb'] = ({ target, ...parameters }) => this.inject('disturb', target, parameters);

  sql: Drill['sql'] = async (instance, statement) => {
    const { stack, recorder, step } = this.#context;
    step(`asking ${instance.name}: ${statement}`);
    recorder.note(`asked ${instance.name}: ${statement}`);
    const client = await (stack.connectAsLoad?.(instance) ?? stack.connect(instance));
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } catch (error) {
      throw new SetupError(`${instance.name} refuses ${statement}: ${(error as Error).message}`, { cause: error });
    } finally {
      await client.end().catch(() => {});
    }
  };

  recovered = async ({ within }: { within: Duration }): Promise<void> => {
    const { tracker, step } = this.#context;
    step(`waiting until clients write again, at most ${within}`);
    const all = await this.#until(within, async () => tracker.goodForMs(this.#faults.brokenAtUs) >= goodForMs);
    if (!all) await this.#giveUp(`clients had not recovered within ${within}`);
  };

  replaced = async (instance: Instance, { within }: { within: Duration }): Promise<void> => {
    const { recorder, step } = this.#context;
    step(`waiting until another instance than ${instance.name} is the primary, at most ${within}`);
    // While none is, the stack throws.
    const isReplaced = () =>
      this.primary().then(
        ({ name }) => name !== instance.name,
        () => false,
      );
    if (await this.#until(within, isReplaced)) this.#faults.brokenAtUs = recorder.clock.nowUs();
    else await this.#giveUp(`${instance.name} was still the primary after ${within}`);
  };

  settled: Drill['settled'] = async ({ within, replayed = false }) => {
    const { replication, recorder, step } = this.#context;
    const what = replayed ? ' and has replayed what the primary had written' : '';
    step(`waiting until every instance streams again${what}, at most ${within}`);
    recorder.now({ kind: 'phase', phase: 'settle' });
    // The load goes on writing, so a standby is never level with the primary: how far that was now is what counts.
    let targetLsn: number | undefined;
    const all = await this.#until(within, async () => {
      const states = await replication.look();
      targetLsn ??= states.find(({ syncState }) => syncState === 'primary')?.replayedLsn;
      return isWhole(states, replayed ? (targetLsn ?? Number.POSITIVE_INFINITY) : 0);
    });
    if (!all)
      await this.#giveUp(`not every instance streamed again${replayed ? ' and had replayed' : ''} within ${within}`);
  };

  backup: Drill['backup'] = (options) => this.#backups.backup(options);
  readSchedule: Drill['readSchedule'] = (schedule) => this.#backups.readSchedule(schedule);
  mark: Drill['mark'] = (name) => this.#backups.mark(name);
  archived: Drill['archived'] = (options) => this.#backups.archived(options);
  restore: Drill['restore'] = (to, options) => this.#backups.restore(to, options);

  note = (text: string): void => this.#context.recorder.note(text, 'info', 'scenario');

  /**
   * Lets the load run until no stream is in an episode that the end of the run would cut short, and until it is known
   * which clients came back; gives up after 30 s.
   */
  async calm(): Promise<void> {
    const { tracker, step, withClients = false } = this.#context;
    const neededMs = withClients ? clientsBackMs : goodForMs;
    if (tracker.goodForMs() >= neededMs) return;
    step('waiting until the last bad answer is long enough ago');
    await this.#until('30s', async () => tracker.goodForMs() >= neededMs);
  }

  /** What went wrong shortly before the first fault would be one episode with the outage after it. */
  async #undisturbed(): Promise<void> {
    const { tracker, step, recorder } = this.#context;
    if (!tracker.isDisturbed(goodForMs)) return;
    step('waiting with the fault: a probe failed a moment ago');
    const calm = await this.#until('30s', async () => !tracker.isDisturbed(goodForMs));
    const waited = calm ? 'until none had failed for 11 s' : '30 s, but they went on failing';
    recorder.note(`probes failed before the fault; it waited ${waited}`, 'warn');
  }

  /** Heals what the scenario left broken: it threw, was interrupted, or forgot. */
  healAll(): Promise<void> {
    return this.#faults.healAll();
  }

  /** A wait ran out: keeps the stack’s logs and state of this moment, which show why. */
  async #giveUp(what: string): Promise<void> {
    const { stack, folder, recorder } = this.#context;
    const name = `gave-up-${++this.#gaveUp}`;
    const kept = await stack.diagnose(join(folder, name)).then(
      async () => `the logs of that moment are in ${name}${await symptomsIn(join(folder, name))}`,
      (error: Error) => `its logs could not be kept: ${error.message}`,
    );
    recorder.note(`${what}; ${kept}`, 'warn');
  }

  #until(within: Duration, isTrue: () => Promise<boolean>): Promise<boolean> {
    const { signal } = this.#context;
    return cameTrue(isTrue, { withinMs: parseDurationMs(within), everyMs: lookEveryMs, signal });
  }
}

/** The faults of a drill: injected with their undo on disk first, journalled, ended on time, and healed at the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError, UsageError } from '../errors.ts';
import { aimedAt, type Target } from '../faults/aim.ts';
import type { Account, Bracket } from '../faults/contract.ts';
import { type FaultKind, faults } from '../faults/index.ts';
import { describeParameters, type ParsedParameters, parseParameters, type Schedule } from '../faults/parameters.ts';
import type { UndoRecord } from '../faults/target.ts';
import type { Draft, EventOf } from '../journal/event.ts';
import type { InjectedFault } from '../scenario/drill.ts';
import { NotHealed, once } from '../stacks/inject.ts';
import type { ActiveFault } from '../stacks/stack.ts';
import type { DrillContext } from './context.ts';

type FaultStep = EventOf<'fault'>['step'];

/** A fault that is about to be injected, or is in effect. */
interface Order {
  readonly id: string;
  readonly fault: FaultKind;
  readonly target: Target;
  readonly parameters: ParsedParameters;
}
interface Broken {
  /** @param scheduled its end is a part of the incident */
  heal(scheduled?: true): Promise<void>;
  /** When it was injected, by `performance.now()`. */
  readonly sinceMs: number;
  /** Where it decides that itself. */
  readonly lastsMs: number | undefined;
}

export class Injections {
  readonly #context: DrillContext;
  readonly #unhealed = new Map<string, Broken>();
  readonly #courses: { readonly stop: AbortController; readonly done: Promise<void> }[] = [];
  /** Injections that are under way. */
  readonly #underWay = new Set<Promise<unknown>>();
  /** The drill has ended: no further fault is injected. */
  #over = false;
  readonly #failed = Promise.withResolvers<never>();
  #injected = 0;
  /** When the last fault took effect, in µs of the run's clock; what was good before it says nothing. */
  brokenAtUs = 0;

  constructor(context: DrillContext) {
    this.#context = context;
    this.#failed.promise.catch(() => {});
  }

  /** How many faults were injected so far. */
  get count(): number {
    return this.#injected;
  }

  /** Rejects where a fault could not be ended, or injected again, at its time. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /**
   * @throws UsageError for a fault that the scenario's needs do not name, and for a parameter or target that it cannot have
   * @throws SetupError where it cannot be proved
   */
  inject(fault: FaultKind, target: Target, given: unknown): Promise<InjectedFault> {
    return this.#followed(this.#inject(fault, target, given));
  }

  /** @throws UsageError for a fault that the scenario's needs do not name */
  refuseUnnamed(fault: FaultKind): void {
    const { needs } = this.#context;
    if (!needs.includes(fault))
      throw new UsageError(
        `the drill injects ${fault}, which its needs do not name (${needs.join(', ') || 'they are empty'}); add '${fault}' to needs, so that rights and consent are checked before it runs`,
      );
  }

  async #inject(fault: FaultKind, target: Target, given: unknown): Promise<InjectedFault> {
    this.refuseUnnamed(fault);
    const parameters = parseParameters(fault, faults[fault], given);
    aimedAt(fault, faults[fault].target, target);
    const id = `${fault}-${++this.#injected}`;
    const several = parameters.schedule !== undefined && parameters.schedule.times > 1;
    const order = { id: several ? `${id}.1` : id, fault, target, parameters };
    const first = await this.#break(order);
    const { lastsMs } = first;
    const schedule = parameters.schedule ?? (lastsMs && { forMs: lastsMs, everyMs: lastsMs, times: 1 });
    if (!schedule) return { heal: () => first.heal(), ended: () => hasNoEnd(fault) };
    const stop = new AbortController();
    const done = this.#course({ ...order, id }, schedule, first, stop.signal);
    this.#courses.push({ stop, done });
    done.catch((error: unknown) => this.#failed.reject(error));
    const heal = (): Promise<void> => {
      stop.abort();
      return done;
    };
    return { heal, ended: () => done };
  }

  /**
   * Heals what the scenario left broken: it threw, was interrupted, or forgot. What is being injected is waited for, and
   * nothing is injected from then on. @throws SetupError where it cannot
   */
  async healAll(): Promise<void> {
    this.#over = true;
    for (const { stop } of this.#courses) stop.abort();
    await Promise.allSettled([...this.#underWay, ...this.#courses.map(({ done }) => done)]);
    const failures: Error[] = [];
    for (const fault of [...this.#unhealed.values()].reverse())
      await fault.heal().catch((error: Error) => void failures.push(error));
    if (failures[0]) throw new SetupError(`a fault could not be healed: ${failures[0].message}; run: pgdrill heal`);
  }

  #followed<T>(injecting: Promise<T>): Promise<T> {
    this.#underWay.add(injecting);
    const ended = () => this.#underWay.delete(injecting);
    injecting.then(ended, ended);
    return injecting;
  }

  /** Ends a fault at its time, and brings it back as often as its schedule says. `stop` ends it at once. */
  async #course(order: Order, schedule: Schedule, first: Broken, stop: AbortSignal): Promise<void> {
    const { forMs, everyMs, times } = schedule;
    let broken = first;
    for (let turn = 1; ; turn++) {
      const onTime = await this.#sleepUntil(broken.sinceMs + forMs, stop);
      await broken.heal(onTime || undefined);
      if (!onTime || turn === times) return;
      if (!(await this.#sleepUntil(first.sinceMs + turn * everyMs, stop))) return;
      broken = await this.#break({ ...order, id: `${order.id}.${turn + 1}` });
    }
  }

  /** @returns false where it was stopped before that time */
  async #sleepUntil(atMs: number, stop: AbortSignal): Promise<boolean> {
    const signal = AbortSignal.any([stop, this.#context.signal]);
    return sleep(Math.max(0, atMs - performance.now()), true, { signal }).catch(() => false);
  }

  async #break(order: Order): Promise<Broken> {
    const { id, fault, target, parameters } = order;
    const { stack, recorder, undos, step } = this.#context;
    if (this.#over) throw new SetupError(`${fault} of ${target.name} is not injected: the drill has ended`);
    const how = describeParameters(parameters.given);
    step(`injecting ${fault} into ${target.name}${how && ` (${how})`}`);
    const announces = { fault, target: target.name };
    recorder.now({ kind: 'phase', phase: 'fault', note: `${fault} ${target.name}`, announces });
    let written: UndoRecord | undefined;
    const recordUndo = async (record: UndoRecord) => {
      written = record;
      await undos.write(record);
      await recorder.flush();
    };
    const { own, schedule } = parameters;
    const active = await stack.inject(fault, target, recordUndo, own, schedule?.forMs).catch(async (error: unknown) => {
      // The stack has undone what it did, unless it says so.
      if (written && !(error instanceof NotHealed)) await undos.remove(written);
      throw error;
    });
    const sinceMs = performance.now() - Number(process.hrtime.bigint() - active.injected.afterNs) / 1e6;
    if (active.dry) {
      // A fault in the journal would have whatever happens meanwhile measured as its outage.
      recorder.now<'note'>({ kind: 'note', level: 'info', text: active.proof, dry: `${fault} ${target.name}` });
      return { sinceMs, lastsMs: active.lastsMs, heal: async () => {} };
    }
    if (active.account) recorder.note(`${fault} of ${target.name} is ordered: ${active.proof}`);
    else this.#journalInjection(order, active);
    this.brokenAtUs = recorder.clock.fromNs(active.injected.afterNs);
    step(`${fault} of ${target.name} took effect: ${active.proof}`);
    // One that is asked for again meanwhile is the same; one that failed is tried again.
    let onTime: true | undefined;
    const healOnce = once(() => this.#heal(order, active, written, onTime));
    const heal = (scheduled?: true): Promise<void> => {
      onTime = scheduled;
      return healOnce();
    };
    const broken: Broken = { sinceMs, lastsMs: active.lastsMs, heal };
    this.#unhealed.set(id, broken);
    return broken;
  }

  async #heal(order: Order, active: ActiveFault, record?: UndoRecord, scheduled?: true): Promise<void> {
    const { id, fault, target } = order;
    const { recorder, undos, step } = this.#context;
    step(scheduled ? `${fault} of ${target.name} ends` : `healing ${fault} of ${target.name}`);
    const beforeUs = recorder.clock.nowUs();
    const line = { kind: 'fault', id, fault, target: target.name, beforeUs, ...(scheduled && { scheduled }) } as const;
    if (!active.account) recorder.now<'fault'>({ ...line, step: 'heal', afterUs: beforeUs });
    const proof = await active.heal();
    if (active.account) this.#journalAccount(order, await active.account(), { proof, scheduled });
    else recorder.now<'fault'>({ ...line, step: 'healed', afterUs: recorder.clock.nowUs(), proof });
    if (record) await undos.remove(record);
    this.#unhealed.delete(id);
  }

  #journalInjection(order: Order, { injected, effective, proof, described }: ActiveFault): void {
    const { recorder } = this.#context;
    const given = { ...order.parameters.given, ...described };
    const known = { ...order, parameters: { ...order.parameters, given } };
    recorder.write(this.#line(known, 'inject', injected));
    recorder.write({ ...this.#line(known, 'effective', effective), proof });
  }

  /** All steps at once, at the times that the system itself gives: nobody could see them when they happened. */
  #journalAccount(
    order: Order,
    account: Account,
    { proof, scheduled }: { proof: string; scheduled?: true | undefined },
  ): void {
    const { recorder } = this.#context;
    const reported = { reported: true, ...(scheduled && { scheduled }) } as const;
    const { beforeNs } = account.ended;
    recorder.write({ ...this.#line(order, 'inject', account.injected), ...reported });
    recorder.write({ ...this.#line(order, 'effective', account.effective), ...reported, proof: account.proof });
    recorder.write({ ...this.#line(order, 'heal', { beforeNs, afterNs: beforeNs }), ...reported });
    recorder.write({ ...this.#line(order, 'healed', account.ended), ...reported, proof });
  }

  #line({ id, fault, target, parameters }: Order, step: FaultStep, { beforeNs, afterNs }: Bracket): Draft<'fault'> {
    const { clock } = this.#context.recorder;
    const given = Object.keys(parameters.given).length > 0 ? { parameters: parameters.given } : {};
    const hosts = target.kind === 'group' ? { hosts: [...target.hosts] } : {};
    return {
      kind: 'fault',
      tUs: clock.nowUs(),
      ...{ id, fault, target: target.name, step },
      beforeUs: clock.fromNs(beforeNs),
      afterUs: clock.fromNs(afterNs),
      ...given,
      ...hosts,
    };
  }
}

const hasNoEnd = (fault: FaultKind): Promise<never> =>
  Promise.reject(
    new SetupError(`${fault} was injected without a length, so it does not end: give it { for: '20s' }, or heal it`),
  );

/** One opened stack for several runs: opened once, found whole before each, changed in place where it can be. */
import { isDeepStrictEqual } from 'node:util';
import { SetupError, UsageError } from '../errors.ts';
import type { Topology } from '../scenario/topology.ts';
import type { OpenOptions, OpenStack, Stack } from '../stacks/stack.ts';
import { cameTrue } from '../wait.ts';
import { ReplicationProbe } from './replication.ts';

export interface SharedStack extends Stack {
  /** Closes what is open. Resolves to what was left behind then, a thing an entry. */
  close(): Promise<string[]>;
}

interface Shared {
  readonly open: OpenStack;
  topology: Topology;
}

/** A stack that runs already, with the topology that it was opened with. */
export interface Running {
  readonly open: OpenStack;
  readonly topology: Topology;
}

export interface ShareOptions {
  /** The stack to use. It stays when the runs are over, and no other is opened in its place. */
  readonly running?: Running;
  /** How long a stack that has served a run may take until it is whole again, ms; one that takes longer is replaced. */
  readonly wholeWithinMs?: number;
}

/**
 * A stack whose `open` gives the same running stack again and again. Closing it at the end of a run leaves it running;
 * `close` ends it. A stack that another topology is asked of, or that is not whole in time, is closed, and another is opened:
 * a run never starts on what an earlier one broke.
 */
export function shareStack(stack: Stack, { wholeWithinMs = 120_000, running }: ShareOptions = {}): SharedStack {
  let shared: Shared | undefined = running && { ...running };

  async function close(): Promise<string[]> {
    const closing = shared?.open;
    shared = undefined;
    if (!closing) return [];
    if (running) {
      const { found } = await closing.residue();
      await closing[Symbol.asyncDispose]();
      return found;
    }
    await closing[Symbol.asyncDispose]();
    return (await stack.residue(closing.id)).found;
  }

  async function open(options: OpenOptions): Promise<OpenStack> {
    const reason = shared && (await whyNot(shared, options, wholeWithinMs));
    if (shared && !reason) return lent(shared.open);
    if (running)
      throw new SetupError(
        `the running stack ${running.open.id} cannot serve this run: ${reason ?? 'it is closed'}; open another with pgdrill up`,
      );
    if (shared) {
      options.progress(`the stack of the last run cannot serve this one (${reason}): opening another`);
      await close();
    }
    const opened = await stack.open(options);
    shared = { open: opened, topology: options.topology };
    return lent(opened);
  }

  const residue = (id?: string) => (id && id === shared?.open.id ? shared.open.residue() : stack.residue(id));
  return { ...stack, open, residue, close };
}

/**
 * Does some work on one stack, as `shareStack` gives it, and closes that in the end.
 * @throws SetupError where something is left behind then
 */
export async function onOneStack<T>(
  stack: Stack,
  options: ShareOptions,
  work: (shared: SharedStack) => Promise<T>,
): Promise<T> {
  const shared = shareStack(stack, options);
  let left: string[] = [];
  let result: T;
  try {
    result = await work(shared);
  } finally {
    left = await shared.close();
  }
  if (left.length > 0) throw new SetupError(`the stack left behind: ${left.join(', ')}; run: pgdrill heal`);
  return result;
}

/** @throws UsageError where stacks of this kind cannot be used again */
export function reopenOf({ kind, reopen }: Stack): NonNullable<Stack['reopen']> {
  if (!reopen) throw new UsageError(`--on runs on a kept stack of the kind k3s, but this is ${kind}`);
  return reopen;
}

/**
 * What of the topology that is asked for cannot be changed on a running stack and is different there: a phrase such as
 * `archiving is off there, and this run needs true`; undefined where nothing is.
 */
export function shapeDifference(has: Topology, asked: Topology): string | undefined {
  const names = (Object.keys({ ...has, ...asked }) as (keyof Topology)[]).filter((name) => name !== 'settings');
  const differing = names.filter((name) => !isDeepStrictEqual(has[name], asked[name]));
  if (differing.length === 0) return undefined;
  const text = (value: unknown) => (value === undefined ? 'the default' : JSON.stringify(value));
  return differing
    .map((name) => `${name} is ${text(has[name])} there, and this run needs ${text(asked[name])}`)
    .join('; ');
}

/** Why it neither has nor can be given what is asked for, or is not whole: a phrase; undefined where it serves. */
async function whyNot(shared: Shared, options: OpenOptions, withinMs: number): Promise<string | undefined> {
  const shape = shapeDifference(shared.topology, options.topology);
  if (shape) return shape;
  const [now, asked] = [shared.topology.settings, options.topology.settings];
  options.progress('waiting until the stack of the last run is whole');
  const broken = await whyNotWhole(shared.open, withinMs, options.signal);
  if (broken || isDeepStrictEqual(now, asked)) return broken;
  if (!shared.open.configure) return 'its settings cannot be changed while it runs';
  options.progress('changing the settings of the stack of the last run');
  await shared.open.configure(asked);
  shared.topology = options.topology;
  return whyNotWhole(shared.open, withinMs, options.signal);
}

/** What keeps it from serving another run, a phrase; undefined where it is whole within the time. */
export async function whyNotWhole(open: OpenStack, withinMs: number, signal: AbortSignal): Promise<string | undefined> {
  // What is left behind does not disappear unaided.
  const { found } = await open.residue();
  if (found.length > 0) return `it is not healthy: faults left ${found.join(', ')}`;
  await using probe = new ReplicationProbe(open);
  let destroyed = false;
  const decided = async () => {
    const states = await probe.look();
    // A cluster that was destroyed never comes back.
    destroyed = states.length === 0;
    const primaries = states.filter(({ syncState }) => syncState === 'primary').length;
    const named = await open.primary().catch(() => undefined);
    return destroyed || (named !== undefined && primaries === 1 && states.every(({ streaming }) => streaming));
  };
  const whole = await cameTrue(decided, { withinMs, everyMs: 500, signal });
  if (destroyed) return 'it is not healthy: its cluster was destroyed';
  if (whole) return undefined;
  return `it is not healthy: after ${withinMs / 1000} s not every instance streams from one primary`;
}

/** The same stack, closed by `close` instead, and marked as one that several runs share. */
export function lent(open: OpenStack, close = async (): Promise<void> => {}): OpenStack {
  return new Proxy(open, {
    get(target, name) {
      if (name === Symbol.asyncDispose) return close;
      if (name === 'facts') return { ...target.facts, shared: true };
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** One opened stack for several runs: opened once, found whole before each, changed in place where it can be. */
import { isDeepStrictEqual } from 'node:util';
import { SetupError } from '../errors.ts';
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
    if (shared && (await serves(shared, options, wholeWithinMs))) return lent(shared.open);
    if (running)
      throw new SetupError(
        `the running stack ${running.open.id} does not fit this run: it has another topology, or is not healthy; open another with pgdrill up`,
      );
    if (shared) {
      options.progress('the stack of the last run does not do for this one: opening another');
      await close();
    }
    const opened = await stack.open(options);
    shared = { open: opened, topology: options.topology };
    return lent(opened);
  }

  const residue = (id?: string) => (id && id === shared?.open.id ? shared.open.residue() : stack.residue(id));
  return { ...stack, open, residue, close };
}

/** Whether it has, or can be given, the topology that is asked for, and is whole. */
async function serves(shared: Shared, options: OpenOptions, withinMs: number): Promise<boolean> {
  const { settings: now, ...shape } = shared.topology;
  const { settings: asked, ...askedShape } = options.topology;
  if (!isDeepStrictEqual(shape, askedShape)) return false;
  options.progress('waiting until the stack of the last run is whole');
  if (!(await isWhole(shared.open, withinMs, options.signal))) return false;
  if (isDeepStrictEqual(now, asked)) return true;
  if (!shared.open.configure) return false;
  options.progress('changing the settings of the stack of the last run');
  await shared.open.configure(asked);
  shared.topology = options.topology;
  return isWhole(shared.open, withinMs, options.signal);
}

async function isWhole(open: OpenStack, withinMs: number, signal: AbortSignal): Promise<boolean> {
  // What is left behind does not disappear unaided.
  if ((await open.residue()).found.length > 0) return false;
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
  return (await cameTrue(decided, { withinMs, everyMs: 500, signal })) && !destroyed;
}

/** The same stack, but for that closing it does nothing, and that it says that others use it. */
function lent(open: OpenStack): OpenStack {
  return new Proxy(open, {
    get(target, name) {
      if (name === Symbol.asyncDispose) return async () => {};
      if (name === 'facts') return { ...target.facts, shared: true };
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

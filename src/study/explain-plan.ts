/** The plan of `pgdrill explain`: what each timer is, and what it is moved to. */
import { UsageError } from '../errors.ts';
import { clientTimers, isOfClients, plannedOfClients } from '../load/writers/settings.ts';
import type { TimerPlan } from '../measure/explain/explain.ts';
import { type Cell, type Levels, planCells } from '../scenario/cells.ts';
import type { Scenario } from '../scenario/index.ts';
import type { Topology } from '../scenario/topology.ts';
import type { Timer } from '../settings/timer.ts';
import type { Stack } from '../stacks/stack.ts';

/** The factor of the cells: the timer that is moved, or none. */
const movedFactor = 'moved';
const none = 'none';

/**
 * The timers of a stack and of its clients, each with the trial that lies farthest from its value.
 * @param only names; all, where there are none
 * @throws UsageError for a stack without timers, and for a name that is none of them
 */
export function planTimers(
  stack: Stack,
  { topology, load }: Pick<Scenario, 'topology' | 'load'>,
  only: readonly string[],
): TimerPlan[] {
  const timers = [...(stack.timers ?? []), ...clientTimers];
  if (!stack.timers) throw new UsageError(`the stack ${stack.kind} names no timers that could be moved`);
  const unknown = only.filter((name) => !timers.some((timer) => timer.name === name));
  if (unknown.length > 0)
    throw new UsageError(
      `${unknown.join(', ')}: no timer of ${stack.kind}; known: ${timers.map(({ name }) => name).join(', ')}`,
    );
  const planned = { ...stack.planned(topology), ...plannedOfClients(load) };
  return timers
    .filter(({ name }) => only.length === 0 || only.includes(name))
    .flatMap((timer) =>
      planTimer(stack, topology, timer, Number.parseInt(planned[`${timer.program}.${timer.name}`] ?? '', 10)),
    );
}

function planTimer(stack: Stack, topology: Topology, timer: Timer, base: number): TimerPlan[] {
  if (Number.isNaN(base)) return [];
  const far = (trial: string): number => Math.abs(Math.log((Number(trial) + 0.1) / (base + 0.1)));
  const trial = timer.trials
    .filter((value) => Number(value) !== base && isTaken(stack, topology, timer.name, value))
    .sort((a, b) => far(b) - far(a))[0];
  if (trial === undefined) return [];
  const { name, program, unit, line, risk, recommended } = timer;
  return [{ name, program, unit, line, risk, base, trial: Number(trial), recommended: Number(recommended) }];
}

/** Some values are refused beside others: Patroni’s ttl bounds its other timers. */
function isTaken(stack: Stack, topology: Topology, name: string, value: string): boolean {
  if (isOfClients(name)) return true;
  try {
    stack.planned({ ...topology, settings: { ...topology.settings, [name]: value } });
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

/** So many timers are controls enough for each other. */
const enoughTimers = 3;

/** Each round: once with each timer moved, and once with none, twice where the timers are few. */
export function explainCells(timers: readonly TimerPlan[], rounds: number, seed: number): Cell[] {
  const moved = timers.map(({ name }) => ({ [movedFactor]: name }));
  const still = { [movedFactor]: none };
  const more = timers.length < enoughTimers ? [{ ...still, again: 'yes' }] : [];
  return planCells([still, ...more, ...moved], () => rounds, seed);
}

export const movedIn = (levels: Levels): string | undefined =>
  levels[movedFactor] === none ? undefined : levels[movedFactor];

/** The settings of a cell. */
export function settingsIn(levels: Levels, timers: readonly TimerPlan[]): Record<string, string> {
  const timer = timers.find(({ name }) => name === movedIn(levels));
  return timer ? { [timer.name]: String(timer.trial) } : {};
}

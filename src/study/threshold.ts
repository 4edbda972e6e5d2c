/** How long, or how slow, until a failover: trials of one fault on one stack, each a drill with a journal of its own. */
import { SetupError, UsageError } from '../errors.ts';
import type { FaultContract } from '../faults/contract.ts';
import type { FaultKind } from '../faults/index.ts';
import { contractOf, faults } from '../faults/index.ts';
import { nextDose, type Range, type Threshold, type Trial, thresholdOf } from '../measure/threshold/estimate.ts';
import type { Verdict } from '../measure/verdict.ts';
import type { Drill } from '../scenario/drill.ts';
import { defineScenario, type Scenario } from '../scenario/index.ts';

/** What of a fault is varied. */
interface Dose {
  /** `for`: how long it lasts; else the parameter that is in ms. */
  readonly parameter: 'for' | 'delayMs';
  readonly range: Range;
}

/** A fault that is slow rather than dead is given this long to lead to a failover. */
const slowForMs = 40_000;

/** @throws UsageError for a fault that has neither a length nor a delay, or is not aimed at an instance */
export function doseOf(fault: FaultKind): Dose {
  const { ends, target, parameters, dose }: FaultContract = faults[fault];
  const isTimed = ends === 'when-healed' || ends === 'as-scheduled';
  if (!isTimed || target !== 'instance')
    throw new UsageError(
      `threshold varies how long a fault of an instance lasts, but ${fault} ${isTimed ? `breaks a ${target}` : 'has no length'}`,
    );
  if (dose) return { parameter: dose, range: { from: 20, to: 5_000, scale: 'log' } };
  if (parameters && !parameters.safeParse({}).success)
    throw new UsageError(`threshold cannot vary ${fault}, which needs ${Object.keys(parameters.shape).join(', ')}`);
  return { parameter: 'for', range: { from: 1_000, to: 40_000, scale: 'linear' } };
}

/** A drill of one dose, at the primary. */
export function trialOf(fault: FaultKind, { parameter }: Dose, dose: number): Scenario {
  const given =
    parameter === 'for'
      ? { for: `${Math.round(dose)}ms` }
      : { delayMs: Math.round(dose), jitterMs: 0, for: `${slowForMs}ms` };
  return defineScenario({
    name: `threshold-${fault}`,
    asks: `Does ${fault} of this dose make another instance the primary?`,
    needs: [fault],
    topology: {
      ...{ instances: 3, durability: 'required' },
      ...(contractOf(fault)?.wants === 'walDiskMegabytes' && { walDiskMegabytes: 512 }),
    },
    load: { writers: 8, ratePerSecond: 40, probeEveryMs: 20 },
    limits: { undeclaredLosses: { max: 0 }, splitBrainMs: { max: 0 } },
    async drill({ hold, primary, inject, recovered, settled }: Drill) {
      await hold('3s', 'a steady state to compare with');
      const broken = await inject(fault as 'freeze', await primary(), given as { for: '1s' });
      await broken.ended();
      // On k3s clients need up to two minutes after a pause: the operator waits for the node, and rejoins take long. Longer than
      // this was seen once (298 s, docs/measured.md), of an outage that would not have ended at all. A trial that gives up here
      // counts all the same: whether another instance was promoted is known by then.
      await recovered({ within: '180s' });
      await settled({ within: '180s' });
    },
  });
}

/** One trial that can be used: what the run of a dose showed. */
interface Tried extends Trial {
  readonly outageMs: number | null;
  /** The longest time without any acknowledged write, ms. */
  readonly silenceMs: number | null;
  readonly lostWrites: number | null;
  readonly folder: string;
}

export interface Looked {
  readonly threshold: Threshold;
  readonly trials: readonly Tried[];
}

interface Options {
  readonly range: Range;
  readonly trials: number;
  readonly signal: AbortSignal;
  /** Runs the drill of a dose. */
  readonly run: (dose: number) => Promise<{ readonly verdict: Verdict; readonly folder: string }>;
  /** Shows each trial as it ends. */
  readonly onTrial: (trial: Tried, left: number) => void;
}

/** So many trials in a row whose runs show nothing end the command. */
const uselessAtMost = 3;

/** @throws SetupError where trials show neither a failover nor the absence of one */
export async function findThreshold({ range, trials, signal, run, onTrial }: Options): Promise<Looked> {
  const done: Tried[] = [];
  for (let useless = 0; done.length < trials && !signal.aborted; ) {
    const dose = Math.round(nextDose(done, range));
    const { verdict, folder } = await run(dose);
    // Its fault was healed before its time, so it says nothing of the dose.
    if (signal.aborted) break;
    const found = triedOf(dose, verdict, folder);
    if (found === undefined) {
      if (++useless >= uselessAtMost)
        throw new SetupError(
          `${useless} trials in a row did not show whether anybody took over; the last: ${verdict.sentence}`,
        );
      continue;
    }
    useless = 0;
    done.push(found);
    onTrial(found, trials - done.length);
  }
  if (done.length === 0) throw new SetupError('no trial was made, so nothing is known about the threshold');
  return { threshold: thresholdOf(done, range), trials: done };
}

/** Undefined where the run does not say whether another instance became the primary. */
function triedOf(dose: number, { measured }: Verdict, folder: string): Tried | undefined {
  const numberOf = (metric: string): number | null => measured.find((one) => one.metric === metric)?.value ?? null;
  const promotions = numberOf('promotions');
  if (promotions === null) return undefined;
  return {
    ...{ dose, replaced: promotions > 0, folder },
    ...{ outageMs: numberOf('writeOutageMs'), silenceMs: numberOf('silenceMs'), lostWrites: numberOf('lostWrites') },
  };
}

/** What measures give and a judgement says. `verdict.json` is a `Verdict`. */
import type { MetricName, Unit } from './metrics.ts';

export type Result = 'pass' | 'fail' | 'unknown';

/** The true value lies in [lower, upper]; `upper` null: no upper bound is known; `value` null: not measurable. */
export interface Measured {
  readonly metric: MetricName;
  readonly unit: Unit;
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Sequence numbers of the journal's records that show it: the first, the worst and the last, at most 20. */
  readonly evidence: readonly number[];
  /** What a reader should know: "no impact", "not measurable: …", "one failover: at most 95 % …". */
  readonly note?: string;
}

export interface Limit {
  readonly max?: number | undefined;
  readonly min?: number | undefined;
  /** Where the number comes from, where that is not the scenario. */
  readonly source?: string | undefined;
}

export interface Check extends Measured {
  readonly limit: Limit;
  readonly outcome: Result;
}

/** The same of a measure that the scenario brings. */
export interface OwnCheck extends Omit<Check, 'metric'> {
  readonly name: string;
  readonly means: string;
}

/** A time in which a stream was down. Times are µs on the run's clock; null `endUs`: it never recovered. */
export interface Episode {
  readonly stream: string;
  readonly startUs: number;
  readonly endUs: number | null;
  /** Duration in µs; where the episode is a lower bound (`cutBy`), how long it was seen. */
  readonly lastedUs: number;
  /** Why its duration is only a lower bound: the run ended, or the fault was healed, before clients had recovered. */
  readonly cutBy?: 'end' | 'heal';
  /** Uncertainty of the duration, in µs, downwards and upwards. */
  readonly minusUs: number;
  readonly plusUs: number;
  readonly badSlots: number;
  readonly evidence: readonly number[];
  readonly errors: readonly { readonly text: string; readonly n: number }[];
}

/** In the order in which they follow each other; no outage has all of them. */
export const phaseNames = [
  ...(['fault', 'detect', 'elect', 'lease', 'promote', 'restart', 'route', 'reconnect', 'standby'] as const),
  ...(['residual', 'healed', 'backoff'] as const),
] as const;

/** A stretch of an outage, or `backoff` after it. µs on the run's clock. */
export interface Phase {
  readonly phase: (typeof phaseNames)[number];
  readonly startUs: number;
  readonly endUs: number;
  readonly observer: string;
  readonly evidence: readonly number[];
  /** Where the phase falls into two parts: when the first ended. */
  readonly innerUs?: number;
  /** Calls to the archive that the instance in question made meanwhile, and how long at least one was under way. */
  readonly archive?: { readonly calls: number; readonly us: number; readonly failed: number };
  /** The phases before it whose ends nobody saw: their time is part of this one. */
  readonly includes?: readonly Phase['phase'][];
  /** It had not ended when the drill ended its own fault (`heal`), or when the run ended. */
  readonly cutBy?: 'heal' | 'end';
}

/** The largest part of an outage, and what imposes it. */
export interface Cause {
  /** The phase with the largest part; where it is split in two, the larger part. */
  readonly phase: Phase['phase'];
  readonly part?: 1 | 2;
  /** Of the outage, ms; a lower bound where the phase was cut. */
  readonly ms: number;
  readonly ofMs: number;
  readonly imposedBy: string;
  /** What a person can do where no setting helps. */
  readonly advice?: string;
  /** The clients were out of service because the drill had broken their pooler. */
  readonly poolerBroken?: true;
  /** Only the drill ended the outage, this long after it had broken something. */
  readonly endedByDrillMs?: number;
  /** What it ended was a hold: it had paused the poolers, and resumed them. */
  readonly held?: true;
  readonly sentence: string;
  readonly evidence: readonly number[];
}

/** Why a limit broke, where the cause of the outage does not say it. */
export interface Reason {
  readonly metric: MetricName;
  readonly why: string;
  /** What a person can do, in sentences. */
  readonly advice: string;
  readonly evidence: readonly number[];
}

export interface Verdict {
  readonly format: 1;
  readonly run: string;
  readonly scenario: string;
  readonly stack: string;
  readonly outcome: Result;
  /** The last line of a run: what happened, in one sentence. */
  readonly sentence: string;
  readonly checks: readonly Check[];
  /** Absent where the scenario brings no measure of its own. */
  readonly own?: readonly OwnCheck[];
  readonly measured: readonly Measured[];
  readonly episodes: readonly Episode[];
  readonly phases: readonly Phase[];
  /** What was broken, how long and of whom, in sentences; absent where nothing was. */
  readonly fault?: string;
  /** Absent where nothing was down, or nothing was broken. */
  readonly cause?: Cause;
  /** Absent where no limit broke, or only such as the cause of the outage explains. */
  readonly reasons?: readonly Reason[];
  /** Why the whole cannot be a pass, beyond the checks: no `end` line, a measure that crashed … */
  readonly doubts: readonly string[];
}

/** What a thread of the load process does, and what it says to the process. */
import type { RecordableHistogram } from 'node:perf_hooks';
import type { Clock } from '../../journal/clock.ts';
import type { Draft } from '../../journal/event.ts';
import type { Pace } from '../writers/pace.ts';
import type { LoadPlan } from './protocol.ts';

/** All writers, all probe streams, all clients of the workload, or all sessions. They have a thread each, so that none delays another. */
export interface Task {
  /** Connects everything, however often it takes. `onProblem` is called with the reason why it takes longer. */
  connect(onProblem: (text: string) => void): Promise<void>;
  /** Begins, with time 0 of its schedule at `fromUs`. */
  start(fromUs: number): void;
  /** No new requests; resolves once each one so far has its outcome. */
  stop(): Promise<void>;
  /** What was seen since the last call. */
  take(nowUs: number): Draft[];
}
export interface TaskOptions {
  readonly plan: LoadPlan;
  readonly clock: Clock;
  readonly pace: Pace;
  /** Called with the send delay (µs) when a connection was free. */
  readonly onLate: (lateUs: number) => void;
}

export type Role = 'writers' | 'probes' | 'transactions' | 'sessions';
/** The threads that a plan needs. */
export const rolesOf = ({ transactionEndpoints, sessionsBetween }: LoadPlan): readonly Role[] => [
  ...(['writers', 'probes'] as const),
  ...(transactionEndpoints ? (['transactions'] as const) : []),
  ...(sessionsBetween ? (['sessions'] as const) : []),
];
export interface ThreadData {
  readonly role: Role;
  readonly plan: LoadPlan;
}
export type ThreadCommand = { readonly do: 'start'; readonly fromUs: number } | { readonly do: 'stop' };
/** `lines`: journal drafts as NDJSON. `ended`: its last message, with how late its requests were. */
export type ThreadMessage =
  | { readonly say: 'ready' }
  | { readonly say: 'lines'; readonly text: string }
  | { readonly say: 'ended'; readonly lateness: RecordableHistogram };

/** How well a schedule was kept. */
export const generatorDraft = (
  source: string,
  lateness: RecordableHistogram,
  fromUs: number,
  nowUs: number,
  cpu: NodeJS.CpuUsage,
): Draft<'generator'> => ({
  kind: 'generator',
  tUs: nowUs,
  source,
  n: lateness.count,
  lateP50Us: lateness.count ? lateness.percentile(50) : 0,
  lateP99Us: lateness.count ? lateness.percentile(99) : 0,
  lateMaxUs: lateness.count ? lateness.max : 0,
  cpuUs: cpu.user + cpu.system,
  wallUs: nowUs - fromUs,
});

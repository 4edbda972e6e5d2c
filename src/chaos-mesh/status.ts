/** What the controller of Chaos Mesh says of an experiment. Pure. */

interface RecordEvent {
  readonly type: string;
  readonly operation: string;
  readonly message?: string;
}
/** One pod, or a container of one, that was selected. */
interface TargetRecord {
  /** `namespace/pod`, with `/container` for kinds that select one. */
  readonly id: string;
  /** `.`: what is broken; `.Target`: the other end of a NetworkChaos. */
  readonly selectorKey?: string;
  readonly phase: string;
  readonly injectedCount?: number;
  readonly events?: readonly RecordEvent[];
}
export interface ExperimentStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly experiment?: { readonly desiredPhase?: string; readonly containerRecords?: readonly TargetRecord[] };
}

const isTrue = ({ conditions = [] }: ExperimentStatus, type: string): boolean =>
  conditions.some((one) => one.type === type && one.status === 'True');

const recordsOf = ({ experiment }: ExperimentStatus): readonly TargetRecord[] => experiment?.containerRecords ?? [];

export const isPaused = (status: ExperimentStatus): boolean => isTrue(status, 'Paused');

/** Every target was injected, at least once: a short experiment may have ended since. */
export const isInjected = (status: ExperimentStatus): boolean =>
  isTrue(status, 'Selected') &&
  (isTrue(status, 'AllInjected') ||
    (recordsOf(status).length > 0 && recordsOf(status).every(({ injectedCount = 0 }) => injectedCount > 0)));

/** Nothing that it injected is left. */
export const isRecovered = (status: ExperimentStatus): boolean => isTrue(status, 'AllRecovered');

/** Pods that it broke, without those at the other end: `namespace/pod`. */
export const brokenPods = (status: ExperimentStatus): string[] => [
  ...new Set(
    recordsOf(status)
      .filter(({ selectorKey }) => selectorKey !== '.Target')
      .map(({ id }) => id.split('/').slice(0, 2).join('/')),
  ),
];

/** The last thing that failed, in the controller's own words; undefined where it says nothing. */
export const failureOf = (status: ExperimentStatus): string | undefined =>
  recordsOf(status)
    .flatMap(({ events = [] }) => events)
    .findLast(({ type, message }) => type === 'Failed' && message)?.message;

/**
 * The model of CloudNativePG 1.30: kubelet and operator notice within seconds; what costs is the lease. A dead primary
 * cannot release it, and the standby that was chosen takes it over only after it has watched it stand still for its whole
 * duration (CloudNativePG, `internal/cmd/manager/instance/run/lease`); only then is it promoted. The other edges are what was
 * seen in runs on k3s, 1.30.0 with Kubernetes 1.36, on two busy cores.
 */
import { contractOf, type FaultKind } from '../../faults/index.ts';
import { type PredictedPhase, type Read, reconnect } from '../poolers/predict-pgbouncer.ts';

/** Undefined where the fault is not modelled. @param synchronous commits wait for a standby */
export function cnpgPhases(fault: FaultKind, read: Read, synchronous: boolean): PredictedPhase[] | undefined {
  const after = [route, reconnect(read), ...(synchronous ? [standbyStreams] : [])];
  const noticed = contractOf(fault)?.noticedAs;
  if (noticed === 'death')
    return [detectDeath(read), elect, ...byLease(read, read('cloudnativepg.lease_duration')), ...after];
  // It is given a second and SIGTERM: the lease is then sometimes released, and sometimes left to expire.
  if (noticed === 'termination') return [detectDeath(read), elect, ...byLease(read, 0), ...after];
  // Before it stops it serves open sessions for up to smartShutdownTimeout: then the outage begins nobody knows when.
  if (noticed === 'shutdown' && read('cloudnativepg.smart_shutdown_timeout') === 0)
    return [detectDeath(read), elect, ...afterStop, ...after];
  if (noticed === 'request') return [asked, elect, ...afterStop, ...after];
  if (noticed === 'silence')
    return [detectSilence(read), elect, ...byLease(read, read('cloudnativepg.lease_duration')), ...after];
  return undefined;
}

const detectDeath = (read: Read): PredictedPhase => {
  const delay = read('cloudnativepg.failover_delay');
  return {
    phase: 'detect',
    lowMs: 500 + delay * 1_000,
    highMs: 7_000 + delay * 1_000,
    why: `the kubelet sees the container’s end, the operator the pod that is not ready; then failoverDelay = ${delay} s`,
  };
};

/**
 * Kubernetes' own defaults: a kubelet renews its node's lease every 10 s (nodeStatusUpdateFrequency); the node is NotReady,
 * and its pods with it, once that is 50 s old (--node-monitor-grace-period, since 1.32; 40 s before), looked at every 5 s
 * (--node-monitor-period). Until then the operator defers: "failover deferred until Kubernetes marks the primary as not
 * Ready" (CloudNativePG 1.30, `evaluatePodReadinessGuards`). Each of its looks asks every instance; over a connection that
 * it has kept, a silent one is waited for 30 s (`defaultRequestTimeout`): seen on k3s, 47.6 s and then 31.2.
 */
const detectSilence = (read: Read): PredictedPhase => {
  const delayMs = read('cloudnativepg.failover_delay') * 1_000;
  return {
    phase: 'detect',
    lowMs: 40_000 + delayMs,
    highMs: 85_000 + delayMs,
    why: `Kubernetes calls a silent node NotReady after its grace period (50 s, of which up to 10 have passed, looked at every 5 s), and the operator, which waits for that, may then wait 30 s for the silent instance to answer; then failoverDelay = ${delayMs / 1_000} s`,
  };
};

/**
 * PostgreSQL answers nobody and its pod runs on: the readiness probe of CloudNativePG (every 10 s, 5 s patience) has to fail
 * three times, then the operator decides, once its request to the instance has been waited for (30 s, as above). On k3s it
 * decided 55.2 and 60.4 s after a freeze, whose first failed probe was seen after 4.7 and 10.0 s. The standby takes over only
 * when the instance wakes, since its manager runs on and renews the lease.
 */
export const detectUnready = (read: Read): PredictedPhase => {
  const delayMs = read('cloudnativepg.failover_delay') * 1_000;
  return {
    phase: 'detect',
    lowMs: 20_000 + delayMs,
    highMs: 65_000 + delayMs,
    why: `the pod is not ready after three failed readiness probes, 10 s apart, and the operator may then wait 30 s for the silent instance to answer; then failoverDelay = ${delayMs / 1_000} s; the standby that it names takes over when the fault ends, since the instance manager renews the lease until then`,
  };
};
const asked: PredictedPhase = { phase: 'detect', lowMs: 0, highMs: 1_000, why: 'the operator was asked' };
const elect: PredictedPhase = {
  phase: 'elect',
  lowMs: 0,
  highMs: 1_000,
  why: 'the operator compares the standbys’ positions',
};

/** @param lowSeconds 0 where the lease may be released before it expires */
const byLease = (read: Read, lowSeconds: number): PredictedPhase[] => {
  const [duration, retry] = [read('cloudnativepg.lease_duration'), read('cloudnativepg.lease_retry_period')];
  return [
    {
      phase: 'lease',
      lowMs: lowSeconds * 1_000,
      highMs: (duration + retry) * 1_000,
      why: `the lease of the lost primary expires after ${duration} s, and is looked at every ${retry} s`,
    },
    {
      phase: 'promote',
      lowMs: 0,
      highMs: promotionMs,
      why: 'the new primary looks for more WAL in the archive, then recovery ends',
    },
  ];
};
/** From the lease to the end of recovery: 3.5 to 8 s were seen. */
const promotionMs = 8_000;
const afterStop: readonly PredictedPhase[] = [
  {
    phase: 'lease',
    lowMs: 1_000,
    highMs: 12_000,
    why: 'the old primary stops, archives its last WAL and releases the lease',
  },
  { phase: 'promote', lowMs: 0, highMs: promotionMs, why: 'recovery ends on the new primary' },
];
/** 3.0 to 6.9 s were seen on a quiet machine: the operator's look at a dead instance takes 2 to 3 s before it gives up. */
const route: PredictedPhase = {
  phase: 'route',
  lowMs: 0,
  highMs: 8_000,
  why: 'the operator asks every instance, the dead one too, before it labels the new primary’s pod; then its endpoint is passed on to every node',
};
const standbyStreams: PredictedPhase = {
  phase: 'standby',
  lowMs: 0,
  highMs: 20_000,
  why: 'a commit waits for a standby, which looks for the new timeline and its WAL in the archive before it streams: up to five calls, of 0.5 to 3 s each on a quiet machine and 2 to 5 s on a busy one',
};

/** Who imposes each phase of an outage, in words. A setting is named with the value that is in force. */
import { contractOf } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import { type FaultWindow, faultWindows, hitThePrimary } from '../availability/fault-windows.ts';
import { counted, inSeconds, ms } from '../measured.ts';
import type { Phase } from '../verdict.ts';
import type { CauseFacts, Words } from './cause-facts.ts';
import { detect } from './detect-words.ts';
import type { Outage, TimedPhase } from './phases.ts';

/** Who imposes a part that lasts as long as the drill's own fault does. */
export const faultItself = 'the fault itself';

/** @param part of the phase, where it falls into two */
export function wordsOf(run: Run, { fault, episode, kind, primary }: Outage, phase: TimedPhase, part?: 1 | 2): Words {
  const settings = run.stack?.settings ?? {};
  const { suffers, advice } = contractOf(fault.fault) ?? {};
  const facts: CauseFacts = {
    manager: managerOf(settings),
    hitPrimary: hitThePrimary(run, fault),
    hitSynchronous: wasSynchronous(run, fault),
    suffered: suffers?.(fault.target, fault.parameters as never),
    faultAdvice: advice,
    lasted: fault.scheduled ? (fault.parameters.for as string | undefined) : undefined,
    ...{ fault: fault.fault, target: fault.target, kind, part, isCut: phase.cutBy !== undefined },
    targetIsInstance: run.stack?.instances.some(({ name }) => name === fault.target) ?? true,
    primary: primary ?? 'the chosen standby',
    ...{ waitedFor: phase.instance, archive: archiveIn(phase) },
    durability: String(run.header.topology.durability ?? 'required'),
    setting: (key) => {
      const name = key.slice(key.indexOf('.') + 1);
      return settings[key] === undefined ? name : `${name} = ${settings[key]}`;
    },
  };
  if (contractOf(facts.fault)?.ends === 'never') return destroyed;
  const broken = faultWindows(run).find(({ hits }) => hits.includes(episode.stream));
  if (broken && (phase.phase === 'reconnect' || phase.phase === 'residual')) return poolerDown(broken);
  if (phase.phase === 'residual' && kind === 'none') return noFailover(facts);
  // Where nobody saw the beginning, the phase that was seen is not the one to name.
  return words[phase.unseen[0] ?? phase.phase](facts);
}

/** By the last look at it before the fault. */
const wasSynchronous = ({ replicas }: Run, { target, inject }: FaultWindow): boolean =>
  /^(sync|quorum)$/.test(
    replicas.findLast(({ instance, tUs }) => instance === target && tUs < inject.lo)?.syncState ?? '',
  );

/** `4 calls and 3.1 s`. */
const archiveIn = ({ archive, startUs, endUs }: TimedPhase): CauseFacts['archive'] =>
  archive && {
    took: `${counted(archive.calls, 'call')}${archive.failed > 0 ? `, ${archive.failed} in vain,` : ''} and ${inSeconds(ms(archive.us))} s`,
    isMost: archive.us > (endUs - startUs) / 2,
  };

function managerOf(settings: Readonly<Record<string, string>>): CauseFacts['manager'] {
  const names = Object.keys(settings);
  if (names.some((name) => name.startsWith('cloudnativepg.'))) return 'CloudNativePG';
  return names.some((name) => name.startsWith('patroni.')) ? 'Patroni' : 'the HA manager';
}

const words: Readonly<Record<Phase['phase'], (facts: CauseFacts) => Words>> = {
  detect,
  elect: ({ manager }) => ({
    passed: 'while a new primary was chosen',
    why: `${manager} compares the standbys, and waits for an instance that does not answer`,
    imposedBy: manager,
  }),
  lease,
  promote: ({ manager, primary, archive }) => ({
    passed: `while ${primary} was promoted`,
    why:
      manager !== 'CloudNativePG'
        ? 'it ends recovery and opens a new timeline'
        : archive
          ? `it first looks for more WAL in the archive, which took ${archive.took}, then ends recovery`
          : 'it first looks for more WAL in the archive, then ends recovery and opens a new timeline',
    imposedBy: archive?.isMost ? `the archive, which ${primary} asks first` : `PostgreSQL on ${primary}`,
  }),
  restart,
  route: ({ manager, primary, setting }) =>
    manager === 'CloudNativePG'
      ? {
          passed: `before clients were sent to ${primary}`,
          why: 'the operator asks every instance for its state, and waits for one that does not answer, before it labels the new primary’s pod; then Kubernetes passes the endpoint on to every node',
          imposedBy: 'Kubernetes and the operator',
        }
      : {
          passed: `before clients were sent to ${primary}`,
          why: `HAProxy asks for the primary at its own interval (${setting('haproxy.haproxy_inter')})`,
          imposedBy: 'HAProxy',
        },
  reconnect: ({ setting }) => ({
    passed: 'before PgBouncer connected to the server again',
    why: `after a failed log-in it waits before it tries again (${setting('pgbouncer.server_login_retry')}), and an attempt that hangs lasts up to ${setting('pgbouncer.server_connect_timeout')}`,
    imposedBy: `PgBouncer (${setting('pgbouncer.server_login_retry')})`,
  }),
  standby,
  residual: () => ({ passed: 'without any observer seeing why', why: '', imposedBy: 'unknown' }),
  healed: () => ({
    passed: 'after the drill had ended its fault',
    why: 'the system recovered from it then',
    imposedBy: 'the recovery after the fault',
  }),
  backoff: () => ({
    passed: 'before the clients of the load tried again',
    why: 'each of them waits between two attempts',
    imposedBy: 'the clients',
  }),
};

function restart({ manager, target, fault, suffered, faultAdvice }: CauseFacts): Words {
  const { instance, keepsInstances } = contractOf(fault) ?? {};
  const advice = faultAdvice === undefined ? {} : { advice: faultAdvice };
  if (keepsInstances)
    return {
      passed: `while ${suffered ?? `${target} restarted`}`,
      why: 'PostgreSQL ended every session and recovered in place',
      imposedBy: `PostgreSQL on ${target}`,
      ...advice,
    };
  // Its processes lived on: what ended was the fault.
  if (suffered !== undefined || (instance !== undefined && instance !== 'gone'))
    return {
      passed: `while ${suffered ?? `${target} was ${instance === 'stopped' ? 'stopped' : 'out of reach'}`}`,
      why: `${manager} kept ${suffered === undefined ? 'it as the primary, and it' : `${target} as the primary, which`} served again soon after the fault had ended`,
      imposedBy: faultItself,
      ...advice,
    };
  return {
    passed: `while ${target} restarted`,
    why: `${manager} kept it as the primary and started it again`,
    imposedBy: manager,
  };
}

function lease({ fault, target, primary, isCut, waitedFor, archive, setting }: CauseFacts): Words {
  const passed = `while ${primary} waited for the primary lease`;
  const kept = { passed, imposedBy: 'CloudNativePG (the primary lease)' };
  if (isCut && fault === 'freeze')
    return {
      ...kept,
      why: `${target} kept it, because the freeze stops PostgreSQL and leaves the instance manager running, which renews the lease`,
      advice: `Alert on a primary that does not answer, and delete its pod (${target}): the lease then expires.`,
    };
  if (isCut) return { ...kept, why: `${target} kept it while the fault lasted` };
  if (contractOf(fault)?.releasesLease) {
    const stored = archive && `, and stopping stores its last WAL in the archive, which took ${archive.took}`;
    return {
      ...kept,
      why: `CloudNativePG promotes a standby only when ${target} has stopped and released it${stored ?? ''}`,
      ...(archive?.isMost && {
        imposedBy: 'the archive, in which the old primary stores its last WAL before it stops',
      }),
    };
  }
  // It did not expire: no setting of the lease would have shortened this.
  if (waitedFor)
    return {
      passed,
      why: `${waitedFor} was back before the operator had given it up, kept the lease, and released it only when it had shut down again${archive ? `, with its last WAL stored in the archive (${archive.took})` : ''}`,
      imposedBy: `CloudNativePG (${waitedFor} kept the primary lease until it had shut down)`,
    };
  return {
    passed,
    why: `CloudNativePG lets a standby take over only when the lease of the lost primary has expired (${setting('cloudnativepg.lease_duration')}, looked at every ${setting('cloudnativepg.lease_retry_period')})`,
    imposedBy: `CloudNativePG (${setting('cloudnativepg.lease_duration')})`,
  };
}

function standby({ kind, durability, isCut, manager, primary, waitedFor, archive }: CauseFacts): Words {
  const passed = 'while commits waited for a synchronous standby';
  const imposedBy = `synchronous replication (durability ${durability})`;
  if (isCut) return { passed, why: 'none streamed while the fault lasted', imposedBy };
  if (kind !== 'failover')
    return { passed, why: 'the primary ran, and no synchronous standby streamed from it', imposedBy };
  if (manager !== 'CloudNativePG')
    return {
      passed,
      why: `none streamed from ${primary}, the new primary, yet: a standby first has to follow the new timeline`,
      imposedBy,
    };
  return {
    passed,
    why: archive
      ? `none streamed from ${primary}, the new primary, yet: ${waitedFor} first asked the archive for the new timeline and its WAL, which took ${archive.took}`
      : `none streamed from ${primary}, the new primary, yet: a standby first asks the archive for the new timeline and its WAL`,
    imposedBy: archive?.isMost ? `${imposedBy} and the archive, which a standby asks first` : imposedBy,
  };
}

function noFailover({ manager, target, hitPrimary, hitSynchronous, suffered, ...facts }: CauseFacts): Words {
  const { durability, faultAdvice } = facts;
  const advice = faultAdvice === undefined ? {} : { advice: faultAdvice };
  if (suffered === undefined)
    return {
      passed: 'without a failover',
      why: `${manager} kept its primary while ${target} was broken`,
      imposedBy: faultItself,
    };
  const passed = `while ${suffered}`;
  if (hitSynchronous && !hitPrimary)
    return {
      passed,
      why: `commits waited for the answer of ${target}, the synchronous standby`,
      imposedBy: `synchronous replication (durability ${durability})`,
      ...advice,
    };
  // An instance that had not answered would be a restart, for the observer asks each of them.
  const why = hitPrimary
    ? `${target} answered queries meanwhile, and ${manager} kept it as the primary`
    : `${manager} kept its primary`;
  return { passed, why, imposedBy: faultItself, ...advice };
}

const poolerDown = ({ target, fault }: Pick<FaultWindow, 'target' | 'fault'>): Words => ({
  passed: `while ${target} was ${contractOf(fault)?.target === 'group' ? 'cut off' : fault === 'pooler-pause' ? 'paused' : 'down'}`,
  why: 'the drill broke this pooler, and these clients know no other way in',
  imposedBy: faultItself,
  poolerBroken: true,
  advice:
    'Give clients a way around a lost pooler: several hosts in one connection string, or a balancer that checks the poolers.',
});

const destroyed: Words = {
  passed: 'without a cluster',
  why: 'the drill deleted it, and only a restore brings it back',
  imposedBy: faultItself,
};

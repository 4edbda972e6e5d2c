/** Who imposes each phase of an outage, in words. A setting is named with the value that is in force. */
import { contractOf } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import { counted, inSeconds, ms } from '../measured.ts';
import type { Phase } from '../verdict.ts';
import type { CauseFacts, Words } from './cause-facts.ts';
import { detect } from './detect-words.ts';
import { faultItself, restOf, whileFaultLasted } from './fault-lasts-words.ts';
import { bareClauseOf, longestInForceMs } from './fault-words.ts';
import type { Outage, TimedPhase } from './phases.ts';
import { standbyWords } from './standby-words.ts';
import { adviceOn, primaryHitBy } from './target-role.ts';

/** @param part of the phase, where it falls into two */
export function wordsOf(run: Run, { fault, kind, primary }: Outage, phase: TimedPhase, part?: 1 | 2): Words {
  const settings = run.stack?.settings ?? {};
  const { inOrder, instance } = contractOf(fault.fault) ?? {};
  const facts: CauseFacts = {
    manager: managerOf(settings),
    ...{ fault: fault.fault, target: fault.target, kind, part, isCut: phase.cutBy !== undefined },
    targetIsInstance: run.stack?.instances.some(({ name }) => name === fault.target) ?? true,
    hitsPrimary: primaryHitBy(run, fault) !== undefined,
    lost: lostBy(run, fault),
    suffered: inOrder || instance === 'gone' ? undefined : bareClauseOf(run, fault),
    faultAdvice: adviceOn(run, fault),
    lasted: lastedOf(run, fault),
    lastedMs: ms(phase.endUs - fault.inject.lo),
    demotedMs: demotedIn(run, fault, phase),
    hung: hangsIn(run, phase),
    primary: primary ?? (kind === 'none' ? lostBy(run, fault) : 'the chosen standby'),
    ...{ waitedFor: phase.instance, archive: archiveIn(phase) },
    durability: String(run.header.topology.durability ?? 'required'),
    setting: (key) => {
      const name = key.slice(key.indexOf('.') + 1);
      return settings[key] === undefined ? name : `${name} = ${settings[key]}`;
    },
  };
  if (contractOf(facts.fault)?.ends === 'never') return destroyed;
  if (phase.phase === 'fault') return whileFaultLasted(run, fault, facts);
  if (phase.phase === 'standby') return standbyWords(run, facts, phase);
  if (phase.phase === 'residual') return restOf(run, phase.startUs, phase.endUs) ?? unseen;
  // Where nobody saw the beginning, the phase that was seen is not the one to name.
  const named = phase.unseen[0] ?? phase.phase;
  return named === 'fault' || named === 'standby' ? unseen : words[named](facts);
}

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

/** `31.0 s`, where its end was a part of the incident. */
function lastedOf(run: Run, fault: Outage['fault']): string | undefined {
  const heldMs = fault.scheduled ? longestInForceMs(run, fault) : undefined;
  return heldMs === undefined ? undefined : `${inSeconds(heldMs)} s`;
}

/** Of a group that was cut off the primary in it; else what the fault was aimed at. */
const lostBy = (run: Run, fault: Outage['fault']): string => primaryHitBy(run, fault) ?? fault.target;

function demotedIn(run: Run, fault: Outage['fault'], { endUs }: TimedPhase): number | undefined {
  const seen = run.roles.find(
    ({ role, observer, instance, tUs }) =>
      role === 'replica' &&
      observer === 'sql' &&
      instance === lostBy(run, fault) &&
      tUs > fault.inject.lo &&
      tUs < endUs,
  );
  return seen && ms(seen.tUs - fault.inject.lo);
}

/** Whether a connection attempt of a pooler hung meanwhile, by its log. */
const hangsIn = ({ poolLogs }: Run, { startUs, endUs }: TimedPhase): boolean =>
  poolLogs.some(
    ({ event, text, atUs }) =>
      event === 'server-close' && text.startsWith('connect timeout') && atUs >= startUs && atUs <= endUs,
  );

/** Who imposes what no record shows the cause of. */
export const notFound = 'a cause that no record shows';

const unseen: Words = {
  passed: 'unexplained',
  why: 'no record of the run shows what clients waited for then',
  imposedBy: notFound,
};

const words: Readonly<Record<Exclude<Phase['phase'], 'fault' | 'standby'>, (facts: CauseFacts) => Words>> = {
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
  restart: ({ manager, target, fault, isCut, suffered, faultAdvice }) => {
    const passed = `while ${target} restarted`;
    if (contractOf(fault)?.keepsInstances)
      return {
        passed,
        why: `${suffered}, so PostgreSQL ended every session and recovered in place`,
        imposedBy: `PostgreSQL on ${target}`,
        ...(faultAdvice && { advice: faultAdvice }),
      };
    if (isCut)
      return {
        passed: `while ${target} was down`,
        why: `${manager} promoted no standby before the drill started it again`,
        imposedBy: manager,
      };
    return { passed, why: `${manager} kept it as the primary and started it again`, imposedBy: manager };
  },
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
  reconnect: ({ setting, hung }) => ({
    passed: 'before PgBouncer connected to the server again',
    why: `after a failed log-in it waits before it tries again (${setting('pgbouncer.server_login_retry')})${hung ? `, and an attempt that hangs lasts up to ${setting('pgbouncer.server_connect_timeout')}` : ''}`,
    imposedBy: `PgBouncer (${setting('pgbouncer.server_login_retry')})`,
  }),
  residual: () => unseen,
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

function lease({ fault, target, primary, isCut, waitedFor, archive, setting }: CauseFacts): Words {
  const passed = `while ${primary} waited for the primary lease`;
  const kept = { passed, imposedBy: 'CloudNativePG (the primary lease)' };
  if (isCut && fault === 'freeze')
    return {
      ...kept,
      why: `${target} kept it, because the freeze stops PostgreSQL and leaves the instance manager running, which renews the lease`,
      advice: `Alert on a primary that does not answer, and delete its pod without grace (kubectl delete pod ${target} --now): its processes are killed, stopped or not, and the lease then expires. A plain delete waits for the stopped PostgreSQL for up to stopDelay (${setting('cloudnativepg.stop_delay')}), and the lease is renewed meanwhile.`,
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

const destroyed: Words = {
  passed: 'without a cluster',
  why: 'the drill deleted it, and only a restore brings it back',
  imposedBy: faultItself,
};

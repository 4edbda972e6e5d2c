/** Why a limit broke that is not about an outage, and what to do about it: a sentence each, by the limit. */
import { contractOf } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import { episodes } from '../availability/episodes.ts';
import { stuckReason } from '../clients/stuck-reason.ts';
import { capital, counted, inSeconds } from '../measured.ts';
import type { MetricName } from '../metrics.ts';
import { rejections } from '../poolers/rejections.ts';
import type { Check, Reason } from '../verdict.ts';
import { failedBeside } from './outage-limits.ts';
import { restoreAdvice } from './restore-advice.ts';

/** Of every limit that broke and that needs words beside the cause of the outage, in the order of the limits. */
export const reasonsFor = (run: Run, checks: readonly Check[]): Reason[] => [
  ...unaided(run, checks),
  ...ofLimits(run, checks),
];

/** An outage in a run that broke nothing: where it was, for nobody knows why. */
function unaided(run: Run, checks: readonly Check[]): Reason[] {
  const broken = checks.find(
    ({ metric, outcome, limit }) => metric === 'writeOutageMs' && outcome === 'fail' && limit.max !== undefined,
  );
  if (!broken || run.faults.length > 0) return [];
  const all = episodes(run);
  const [worst] = all.filter(({ evidence }) => evidence[0] === broken.evidence[0]);
  if (!worst) return [];
  const streams = [...run.slots.values()].map(({ stream }) => stream.name);
  const served = streams.filter((name) => all.every(({ stream }) => stream !== name));
  const rest = served.length > 0 ? `; ${served.join(', ')} served on` : '';
  const why = `The drill broke nothing, and ${worst.stream} was down for ${secondsOf(worst.lastedUs / 1000)} from ${secondsOf(worst.startUs / 1000)} into the run on${rest}. Why is not in the journal.`;
  return [{ metric: 'writeOutageMs', why, advice: '', evidence: worst.evidence }];
}

const ofLimits = (run: Run, checks: readonly Check[]): Reason[] =>
  checks
    .filter(({ outcome, metric, upper }) => {
      // A recovery that ended late because the outage did has no reason of its own.
      const isSame = metric === 'recoveryMs' && upper !== null && !failedBeside(checks);
      return outcome === 'fail' && !isSame;
    })
    .map((check) => ({ metric: check.metric, ...wordsOf(run, check), evidence: check.evidence }))
    .filter(({ why }) => why !== '');

type Words = Pick<Reason, 'why' | 'advice'>;

function wordsOf(run: Run, check: Check): Words {
  if (check.limit.min !== undefined && check.metric === 'writeOutageMs') return tooShort(run, check);
  const words = byMetric[check.metric]?.(run, check);
  return words ?? { why: '', advice: '' };
}

/** `: pg2 has a firewall rule`; nothing where the measure says no more. */
const shown = ({ note }: Check): string => (note ? `: ${note}` : '');

const secondsOf = (ms: number | null | undefined): string => `${inSeconds(ms ?? 0)} s`;

/** A scenario that expects writes to wait. */
function tooShort({ header }: Run, { value, limit }: Check): Words {
  const expected = `The scenario expects writes to wait for at least ${secondsOf(limit.min)}`;
  const why = value ? `${expected}, and they were back after ${secondsOf(value)}.` : `${expected}, and they went on.`;
  if (header.topology.durability === 'asynchronous')
    return {
      why: `${why} In this run no commit waited for a standby (durability asynchronous).`,
      advice: 'Set durability: required, so that commits wait for a standby.',
    };
  return {
    why,
    advice:
      'Compare what was broken with the scenario: everything that it breaks must be broken at the same time. If it was, find out who let writes go on (synchronous_mode, synchronous_mode_strict, a promotion).',
  };
}

const lagAdvice =
  'Alert on replay_lag in pg_stat_replication. Send reads that must see the latest writes to the primary, or set synchronous_commit = remote_apply: every commit then waits until a standby has replayed it, for as long as that takes.';
const dataAdvice =
  'Treat this as a defect, not as a matter of timeouts: keep the run folder, and compare the records that the report cites with the logs of PostgreSQL on every instance.';
const lossAdvice =
  'Check that commits wait for a standby (synchronous_standby_names, synchronous_commit on the session), and that only a synchronous standby can be promoted.';
const clientsTooShort = (run: Run, check: Check, what: string, although = ''): Words => ({
  why: `${what} failed while writes were down${although}${shown(check)}.`,
  advice: waitingAdvice(run),
});

/** For clients that failed in an outage. What a hold was too short for stands with its cause. */
function waitingAdvice({ faults }: Run): string {
  if (faults.some(({ fault }) => contractOf(fault)?.holdsClients)) return '';
  const again = 'Let clients try again for longer than the outage lasts, with a growing pause between attempts.';
  if (!faults.some(({ fault }) => contractOf(fault)?.inOrder)) return again;
  return `${again} For a planned change of the primary, hold them instead: PAUSE on every PgBouncer before the switchover, RESUME once the new primary takes writes, with query_wait_timeout and the clients’ own timeout longer than the pause.`;
}
const alertAdvice =
  'Check that the exporter can log in while connections are exhausted (reserved_connections, or a superuser), and that scrape interval, rule interval and “for” together are shorter than the limit.';

/** What a person should know about each; without an entry, the limit itself says all. */
const byMetric: Readonly<Partial<Record<MetricName, (run: Run, check: Check) => Words>>> = {
  degradedMs: slow,
  slowMs: slow,
  deposedAcksMs: (run, check) => ({
    why: `The old primary went on acknowledging writes to its open sessions for ${secondsOf(check.value)} after the fault${shown(check)}.${demotion(run)}`,
    advice:
      'Patroni demotes a primary that is cut off once its requests to etcd have failed for retry_timeout, which it begins every loop_wait, and at the latest when ttl is over: shorten these. With synchronous replication (durability required) such a primary acknowledges nothing that its standbys lack.',
  }),
  residue: (_, check) => ({
    why: `${counted(check.value ?? 0, 'leftover')} of pgdrill ${check.value === 1 ? 'was' : 'were'} found when the run ended${shown(check)}. This is about pgdrill, not about PostgreSQL: no setting of the cluster caused it.`,
    advice:
      'Run pgdrill heal, which undoes what a drill recorded. Remove by hand what is still there, then run the drill again.',
  }),
  recoveryMs: recovery,
  failedRestores: (run, check) => ({ why: `${capital(check.note ?? 'it failed')}.`, advice: restoreAdvice(run) }),
  failedBackups: (_, check) => ({
    why: `A base backup failed${shown(check)}.`,
    advice: 'Fix what the message names, take a base backup by hand, and alert on the age of the newest one.',
  }),
  archiveHoles: ({ stack, restores }, check) => ({
    why: `${counted(check.value ?? 0, 'WAL segment')} ${check.value === 1 ? 'is' : 'are'} missing from the archive${shown(check)}: no restore passes this point.${stack?.settings['postgresql.archive_mode'] === 'on' ? ' A standby archives nothing here (archive_mode = on), so what the former primary had not archived when it stopped being the primary, nobody did.' : ''}`,
    // What is advised on a restore that failed for it may say so already.
    advice: `${restoreAdvice({ restores }).includes('new base backup') ? 'Have' : 'Take a new base backup now, and have'} standbys archive as well (archive_mode = always): what a former primary had not archived is then not lost.`,
  }),
  restoreLossMs: (_, check) => ({
    why: `The archive ended ${secondsOf(check.value)} before the fault: what was written after that is in no restore.`,
    advice:
      'archive_timeout bounds this time: WAL that is not full is archived only then. Set it below the limit, or stream WAL to the store (pg_receivewal).',
  }),
  failedAssertions: (_, check) => ({
    why: `The restore worked, and one of your assertions does not hold on it${shown(check)}.`,
    advice:
      'If the assertion is right, find out what the backup lacks: what the database held when the backup was taken, and whether the right cluster was restored. If not, correct the assertion.',
  }),
  restoredDamage: (_, check) => ({ why: `What was restored is damaged${shown(check)}.`, advice: dataAdvice }),
  pitrMissing: (_, check) => ({ why: `The restore lacks acknowledged writes${shown(check)}.`, advice: dataAdvice }),
  pitrExtra: (_, check) => ({ why: `The restore holds later writes${shown(check)}.`, advice: dataAdvice }),
  missedAlerts: (_, check) => ({
    why: `No scrape showed a condition that an alert watches for, although it held${shown(check)}.`,
    advice: alertAdvice,
  }),
  alertDelayMs: (_, check) => ({ why: `An alert came too late${shown(check)}.`, advice: alertAdvice }),
  silentAlerts: (_, check) => ({ why: `An alert did not fire${shown(check)}.`, advice: alertAdvice }),
  failedRequests: (run, check) => clientsTooShort(run, check, counted(check.value ?? 0, 'write')),
  requestsFailed: (run, check) => clientsTooShort(run, check, counted(check.value ?? 0, 'HTTP request')),
  requestsFailedWithRetry: (run, check) =>
    clientsTooShort(run, check, counted(check.value ?? 0, 'HTTP request'), ', although the service tried again'),
  k6RequestsFailed: (run, check) => clientsTooShort(run, check, counted(check.value ?? 0, 'request')),
  clientRequestsFailed: (run, check) => clientsTooShort(run, check, counted(check.value ?? 0, 'request')),
  stuckClients: stuckReason,
  staleReadMs: (_, check) => ({
    why: `A standby answered reads without writes that were acknowledged up to ${secondsOf(check.value)} before.`,
    advice: lagAdvice,
  }),
  replayLagMs: (_, check) => ({
    why: `A standby replayed up to ${secondsOf(check.value)} late${shown(check)}.`,
    advice: lagAdvice,
  }),
  lostWrites: (_, check) => ({ why: `Acknowledged writes were lost${shown(check)}.`, advice: lossAdvice }),
  undeclaredLosses: (_, check) => ({ why: `Acknowledged writes were lost${shown(check)}.`, advice: lossAdvice }),
  splitBrainMs: (_, check) => ({
    why: `Two primaries acknowledged writes at once${shown(check)}.`,
    advice:
      'Fence the old primary: a watchdog, or a network that a primary without its leader key cannot use. Stop writes to the older timeline now.',
  }),
  forbiddenPromotions: (_, check) => ({
    why: `A standby was promoted that may have lacked acknowledged writes${shown(check)}.`,
    advice: lossAdvice,
  }),
  resurrectedWrites: (_, check) => ({ why: `Failed writes are there${shown(check)}.`, advice: dataAdvice }),
  duplicatedWrites: (_, check) => ({ why: `Writes are there more than once${shown(check)}.`, advice: dataAdvice }),
  foreignWrites: (_, check) => ({ why: `Rows are there that nobody wrote${shown(check)}.`, advice: dataAdvice }),
  primaryStaleReads: (_, check) => ({
    why: `The primary missed acknowledged writes${shown(check)}.`,
    advice: dataAdvice,
  }),
  isolationAnomalies: (_, check) => ({
    why: `Transactions saw what they must not${shown(check)}.`,
    advice: dataAdvice,
  }),
};

/** The settings that decide when Patroni demotes a primary that is cut off. */
function demotion({ stack }: Run): string {
  const of = (name: string) => stack?.settings[`patroni.${name}`];
  if (of('retry_timeout') === undefined) return '';
  return ` In force: loop_wait = ${of('loop_wait')}, retry_timeout = ${of('retry_timeout')}, ttl = ${of('ttl')}.`;
}

function slow(_: Run, check: Check): Words {
  return {
    why: `Writes were acknowledged, but late or too few of them, for ${secondsOf(check.value)}${shown(check)}.`,
    advice:
      'Find out what commits waited for meanwhile (wait_event in pg_stat_activity: WALSync and WALWrite for the disk, SyncRep for a standby, Lock for each other), and alert on that.',
  };
}

/** A standby needs connections to the primary as clients do. */
function refusedToo(run: Run): string {
  const { count, isCut } = rejections(run);
  const reserved = run.stack?.settings['postgresql.reserved_connections'];
  if (count < 10) return ' Why is not in the journal.';
  return ` PostgreSQL refused ${isCut ? 'at least ' : ''}${counted(count, 'log-in')} meanwhile; an instance that rewinds or streams needs log-ins too${reserved === undefined ? '' : ` (reserved_connections = ${reserved})`}.`;
}

function recovery(run: Run, check: Check): Words {
  const { note, upper } = check;
  if (upper === null)
    return {
      why: `The cluster was not whole again${note ? `: ${note.replace(/^a lower bound: /, '')}` : ' at the end of the run'}.${refusedToo(run)}`,
      advice:
        'Read the log of PostgreSQL and of its manager on that instance: a connection that it does not get, a timeline that it cannot follow, WAL that the primary no longer has. Until it streams, another loss stops writes or loses data.',
    };
  return {
    why: `It took ${secondsOf(check.value)} until every instance streamed again${note ? ` (${note})` : ''}.`,
    advice:
      'The time before the fault had ended is not a setting’s. For the rest, read the log of the instance that was last: pg_rewind, a new copy, or a wait for a connection.',
  };
}

/** Why a limit broke that is not about an outage, and what to do about it: a sentence each, by the limit. */
import { contractOf } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { stuckReason } from '../clients/stuck-reason.ts';
import { faultsLacking } from '../doubts/faults.ts';
import { bareClauseOf } from '../failover/fault-words.ts';
import { primaryHitBy } from '../failover/target-role.ts';
import { counted, inSeconds, listed } from '../measured.ts';
import type { MetricName } from '../metrics.ts';
import type { Check, Reason } from '../verdict.ts';
import { archiveHoles } from './archive-hole-words.ts';
import { failedAssertion } from './assertion-words.ts';
import { lagAdvice } from './lag-advice.ts';
import { failedBeside } from './outage-limits.ts';
import { floorMissWords, lsnWaitWords, ownWritesWords } from './own-writes-words.ts';
import { promotedAfter, promotions } from './promotion-words.ts';
import { recovery } from './recovery-words.ts';
import { leftBehind } from './residue-words.ts';
import { failedRestore } from './restore-words.ts';
import { silenceWords } from './silence-words.ts';
import { unaided } from './unaided.ts';
import { scrapesText, unseen } from './unseen-alerts.ts';

/** Of every limit that broke and that needs words beside the cause of the outage, in the order of the limits. */
export const reasonsFor = (run: Run, checks: readonly Check[]): Reason[] => [
  ...unaided(run, checks),
  ...ofLimits(run, checks),
];

const ofLimits = (run: Run, checks: readonly Check[]): Reason[] =>
  checks
    .filter(({ outcome, metric, upper }) => {
      // A recovery that ended late because the outage did has no reason of its own.
      const isSame = metric === 'recoveryMs' && upper !== null && !failedBeside(checks);
      return outcome === 'fail' && !isSame;
    })
    .map((check) => ({ metric: check.metric, ...wordsOf(run, check, checks), evidence: check.evidence }))
    .filter(({ why }) => why !== '');

type Words = Pick<Reason, 'why' | 'advice'>;

function wordsOf(run: Run, check: Check, checks: readonly Check[]): Words {
  if (check.limit.min !== undefined && check.metric === 'writeOutageMs') return tooShort(run, check);
  const words = byMetric[check.metric]?.(run, check, checks);
  return words ?? { why: '', advice: '' };
}

/** `: pg2 has a firewall rule`; nothing where the measure says no more. */
const shown = ({ note }: Check): string => (note ? `: ${note}` : '');

/** ` (here 300 s)`; empty where it is not known. */
const given = (value: string | undefined): string => (value === undefined ? '' : ` (here ${value})`);

const secondsOf = (ms: number | null | undefined): string => `${inSeconds(ms ?? 0)} s`;

/** `, because the only standby pg2 received WAL and replayed none of it`, of a fault on a standby alone; empty elsewhere. */
function whileFault(run: Run): string {
  const [fault, ...others] = faultWindows(run);
  if (!fault || others.length > 0 || primaryHitBy(run, fault) !== undefined) return '';
  const isStandby = run.stack?.instances.some(({ name }) => name === fault.target) ?? false;
  return isStandby ? `, because ${bareClauseOf(run, fault)}` : '';
}

const isBroken = (checks: readonly Check[], of: MetricName): boolean =>
  checks.some(({ metric, outcome }) => metric === of && outcome === 'fail');

/** A scenario that expects writes to wait. */
function tooShort(run: Run, { value, limit }: Check): Words {
  const { header } = run;
  const expected = `The scenario expects writes to wait for at least ${secondsOf(limit.min)}`;
  const why = value ? `${expected}, and they were back after ${secondsOf(value)}.` : `${expected}, and they went on.`;
  if (header.topology.durability === 'asynchronous')
    return {
      why: `${why} In this run no commit waited for a standby (durability asynchronous).`,
      advice:
        'Run the scenario with durability: required in its topology (Patroni: synchronous_mode and synchronous_mode_strict), so that commits wait for a standby.',
    };
  const promoted = promotedAfter(run);
  const broken = faultWindows(run).map(({ fault, target }) => `${fault} of ${target}`);
  if (promoted)
    return {
      why: `${why} Writes went on because ${promoted.instance} was promoted ${secondsOf(promoted.afterMs)} after the fault: ${broken.length === 1 ? `the drill broke one thing only (${broken[0]}; the journal has no attempt at another).` : `the drill broke ${listed(broken)}.`} That left a standby that may take over.`,
      advice: `Break every standby that may take over as well, at the same time: ${promoted.instance} must not be left. Compare the faults of this run with those that the scenario injects.`,
    };
  return {
    why,
    advice:
      'Compare what was broken with the scenario: everything that it breaks must be broken at the same time. If it was, find out who let writes go on (synchronous_mode, synchronous_mode_strict).',
  };
}

const dataAdvice =
  'Treat this as a defect, not as a matter of timeouts: keep the run folder, and compare the records that the report cites with the logs of PostgreSQL on every instance.';
const lossAdvice =
  'Check that commits wait for a standby (synchronous_standby_names, synchronous_commit on the session), and that only a synchronous standby can be promoted.';
const clientsTooShort = (run: Run, check: Check, what: string, although = ''): Words => ({
  why: `${unpaused(run)}${what} failed while writes were down${although}${shown(check)}.`,
  advice: waitingAdvice(run),
});

/** That a hold which the scenario is about never came. */
function unpaused(run: Run): string {
  const lacking = faultsLacking(run).filter((fault) => contractOf(fault)?.holdsClients);
  const tried = new Set(run.faults.map(({ fault }) => fault));
  return lacking
    .map((fault) =>
      tried.has(fault)
        ? `The drill ordered ${fault} and it never took effect, so clients met the outage unprotected. `
        : `The drill never ordered ${fault}, which its scenario is about (the journal has no attempt), so clients met the outage unprotected. `,
    )
    .join('');
}

/** PgBouncer's own errors all have one SQLSTATE, which drivers do not take for one that passes. */
const ofPooler = '08P01';

/** A service that tries again, but not what PgBouncer answers itself. */
function notTriedAgain(run: Run, check: Check): Words {
  const also = run.header.load.retriesAlso;
  const count = [...run.slots.values()]
    .filter(({ stream }) => stream.path === 'api' && stream.retries)
    .reduce((sum, slots) => {
      let own = 0;
      for (let i = 0; i < slots.n; i++) if (/\b08P01\b/.test(slots.errors[slots.error[i]!] ?? '')) own++;
      return sum + own;
    }, 0);
  const what = counted(check.value ?? 0, 'HTTP request');
  if (count <= (check.value ?? 0) / 2 || (Array.isArray(also) && also.includes(ofPooler)))
    return clientsTooShort(run, check, what, ', although the service tried again');
  return {
    why: `${what} failed while writes were down${shown(check)}. ${count === check.value ? 'All have' : counted(count, 'of them has', 'of them have')} SQLSTATE ${ofPooler}, with which PgBouncer answers at once for as long as it has no server; the service did not try these again, because its driver takes only other codes for errors that pass.`,
    advice: `Have the service try ${ofPooler} again as well (errorCodesToAdd of EnableRetryOnFailure in Entity Framework Core), and for longer than the outage lasts, with a growing pause between attempts.`,
  };
}

/** For clients that failed in an outage. What a hold was too short for stands with its cause. */
function waitingAdvice({ faults }: Run): string {
  if (faults.some(({ fault }) => contractOf(fault)?.holdsClients)) return '';
  const again = 'Let clients try again for longer than the outage lasts, with a growing pause between attempts.';
  if (!faults.some(({ fault }) => contractOf(fault)?.inOrder)) return again;
  return `${again} For a planned change of the primary, hold them instead: PAUSE on every PgBouncer before the switchover, RESUME once the new primary takes writes, with query_wait_timeout and the clients’ own timeout longer than the pause.`;
}

/** Clients that know another pooler, and wait until they go there. */
function clientsWaited({ header, faults, stack }: Run, { value }: Check): Words {
  const { failover, giveUpMs, backoffMostMs } = header.load as Readonly<Record<string, unknown>>;
  const poolers = faults
    .flatMap(({ target, hosts }) => hosts ?? [target])
    .filter((one) => stack?.poolers.includes(one));
  if (failover !== true || poolers.length === 0) return { why: '', advice: '' };
  const backOff = Number(backoffMostMs) > 0 ? `, pause for up to ${secondsOf(Number(backoffMostMs))}` : '';
  return {
    why: `Clients of ${listed([...new Set(poolers)])} waited up to ${secondsOf(value)} (95 % of them) before another pooler served them: they give up an attempt after ${secondsOf(Number(giveUpMs))}${backOff}, and only then try the other one. How long ${listed([...new Set(poolers)])} itself was gone broke no limit.`,
    advice: '',
  };
}

const alertAdvice =
  'Check that the exporter can log in while connections are exhausted (reserved_connections, or a superuser), and that scrape interval, rule interval and “for” together are shorter than the limit.';

/** What a person should know about each; without an entry, the limit itself says all. */
const byMetric: Readonly<Partial<Record<MetricName, (run: Run, check: Check, checks: readonly Check[]) => Words>>> = {
  degradedMs: slow,
  slowMs: slow,
  deposedAcksMs: (run, check) => ({
    why: `The old primary went on acknowledging writes to its open sessions for ${secondsOf(check.value)} after the fault${shown(check)}.${demotion(run)}`,
    advice:
      'Patroni demotes a primary that is cut off once its requests to etcd have failed for retry_timeout, which it begins every loop_wait, and at the latest when ttl is over: shorten these. With synchronous replication (durability required) such a primary acknowledges nothing that its standbys lack.',
  }),
  residue: leftBehind,
  recoveryMs: recovery,
  failedRestores: failedRestore,
  failedBackups: (_, check) => ({
    why: `A base backup failed${shown(check)}.`,
    advice: 'Fix what the message names, take a base backup by hand, and alert on the age of the newest one.',
  }),
  archiveHoles,
  restoreLossMs: ({ stack }, check) => ({
    why: `The archive ended ${secondsOf(check.value)} before the fault: a segment that is not full is archived only after archive_timeout${given(stack?.settings['postgresql.archive_timeout'])}, and what was written since the last one is in no restore.`,
    advice: 'Set archive_timeout below the limit, or stream WAL to the store (pg_receivewal).',
  }),
  failedAssertions: failedAssertion,
  restoredDamage: (_, check) => ({ why: `What was restored is damaged${shown(check)}.`, advice: dataAdvice }),
  pitrMissing: (_, check) => ({ why: `The restore lacks acknowledged writes${shown(check)}.`, advice: dataAdvice }),
  pitrExtra: (_, check) => ({ why: `The restore holds later writes${shown(check)}.`, advice: dataAdvice }),
  missedAlerts: unseen,
  alertDelayMs: (run, check) => ({
    why: `An alert came too late${shown(check)}.`,
    advice: scrapesText(run) ? '' : alertAdvice,
  }),
  clientGapP95Ms: clientsWaited,
  silentAlerts: (_, check) => ({ why: `An alert did not fire${shown(check)}.`, advice: alertAdvice }),
  failedRequests: (run, check) => clientsTooShort(run, check, counted(check.value ?? 0, 'write')),
  requestsFailed: (run, check) => clientsTooShort(run, check, counted(check.value ?? 0, 'HTTP request')),
  requestsFailedWithRetry: notTriedAgain,
  k6RequestsFailed: (run, check) => clientsTooShort(run, check, counted(check.value ?? 0, 'request')),
  clientRequestsFailed: (run, check) => clientsTooShort(run, check, counted(check.value ?? 0, 'request')),
  stuckClients: stuckReason,
  promotions,
  silenceMs: silenceWords,
  staleReadMs: (run, check, checks) => ({
    why: `Reads from a standby missed writes that had been acknowledged up to ${secondsOf(check.value)} earlier${whileFault(run)}.`,
    advice: lagAdvice(run, check, checks),
  }),
  replayLagMs: (run, check, checks) => ({
    why: `${check.note ? `Replay on ${check.note}` : 'Replay on a standby'} was up to ${secondsOf(check.value)} late${isBroken(checks, 'staleReadMs') ? '' : whileFault(run)}.`,
    advice: lagAdvice(run, check, checks),
  }),
  readYourWritesMs: ownWritesWords,
  readYourWritesShare: ownWritesWords,
  lsnWaitMs: lsnWaitWords,
  lsnFloorMisses: (_, check) => floorMissWords(check),
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
  replicaAnomalies: (_, check) => ({
    why: `Reads on replicas and transactions on the primary saw commits in different orders${shown(check)}.`,
    advice:
      'PostgreSQL promises a consistent snapshot on each instance, and no common order of commits across instances. Send transactions that compare what they read with reads elsewhere to the primary.',
  }),
};

/** The settings that decide when Patroni demotes a primary that is cut off. */
function demotion({ stack }: Run): string {
  const of = (name: string) => stack?.settings[`patroni.${name}`];
  if (of('retry_timeout') === undefined) return '';
  const sum = Number.parseFloat(of('loop_wait') ?? '') + Number.parseFloat(of('retry_timeout') ?? '');
  const together = Number.isFinite(sum) ? `, ${sum} s together` : '';
  return ` In force: loop_wait = ${of('loop_wait')} and retry_timeout = ${of('retry_timeout')}${together}; ttl = ${of('ttl')}.`;
}

function slow(_: Run, check: Check): Words {
  return {
    why: `Writes were acknowledged, but late or too few of them, for ${secondsOf(check.value)}${shown(check)}.`,
    advice:
      'Find out what commits waited for meanwhile (wait_event in pg_stat_activity: WalSync and WalWrite for the disk (WALSync and WALWrite before PostgreSQL 17), SyncRep for a standby, Lock for each other), and alert on that.',
  };
}

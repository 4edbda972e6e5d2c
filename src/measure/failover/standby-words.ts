/** Why commits waited for a synchronous standby, in words, as far as observers saw it. */
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { inSeconds, ms } from '../measured.ts';
import type { CauseFacts, Words } from './cause-facts.ts';
import { slowStandby } from './fault-lasts-words.ts';
import { loggedMeanwhile } from './logged/standbys.ts';
import type { TimedPhase } from './phases.ts';
import { aheadWords } from './standby-ahead-words.ts';
import { asynchronousBeside, refusedWhileAway, stoppedInOrder } from './standbys-seen.ts';

/** Following a new timeline takes a standby of Patroni no longer than this unless something else is in the way. */
const followsWithinUs = 5_000_000;

const notShown = 'why none did is not in the journal';

/** A standby that is ahead of the new primary explains the wait better than what else was seen of it. */
export function standbyWords(run: Run, facts: CauseFacts, phase: TimedPhase): Words {
  const ahead = aheadWords(run, { untilUs: phase.endUs });
  if (!ahead) return wordsOfWait(run, facts, phase);
  const { passed, imposedBy } = wordsOfWait(run, facts, phase);
  const none = phase.cutBy === 'end' ? 'none streamed until the run ended' : `none streamed from ${facts.primary}`;
  const away = outOfService(run, facts, phase);
  const { clauses } = loggedMeanwhile(run, phase, facts.primary);
  const why = [`${none}${away && `: ${away}`}; ${ahead.why.replace(/\.$/, '')}`, ...clauses].join('. ');
  return { passed, imposedBy, why, advice: ahead.advice };
}

function wordsOfWait(run: Run, facts: CauseFacts, phase: TimedPhase): Words {
  const { kind, durability, isCut, manager, primary, waitedFor, archive } = facts;
  const passed = 'while commits waited for a synchronous standby';
  const imposedBy = `synchronous replication (durability ${durability})`;
  const words = (why: string): Words => ({ passed, why, imposedBy });
  if (phase.cutBy === 'end') return words('none streamed until the run ended');
  if (isCut) return words(`none streamed while the fault lasted${allHit(run)}${strictly(facts)}`);
  const hit = facts.suffered && hitsStandbyOnly(run, facts) ? `${facts.suffered}; ` : '';
  if (kind !== 'failover')
    return {
      ...words(`${hit}${slowAtFirst(run, facts, phase)}${besides(run, facts, phase)}`),
      ...(hitsStandbyOnly(run, facts) && { advice: slowStandby(run) }),
    };
  const none = `none streamed from ${primary}, the new primary, yet`;
  if (manager === 'CloudNativePG')
    return archive
      ? {
          ...words(
            `${none}: ${waitedFor} first asked the archive for the new timeline and its WAL, which took ${archive.took}`,
          ),
          imposedBy: archive.isMost ? `${imposedBy} and the archive, which a standby asks first` : imposedBy,
        }
      : {
          ...words(`${none}${followedLate(phase)}`),
          ...(phase.endUs - phase.startUs > followsWithinUs && { advice: archiveUnseen(run, facts) }),
        };
  if (phase.endUs - phase.startUs <= followsWithinUs)
    return words(`${none}: a standby first has to follow the new timeline`);
  const away = outOfService(run, facts, phase);
  const { clauses, tooMany } = loggedMeanwhile(run, phase, primary);
  if (away === '' && clauses.length === 0) return words(`none streamed from ${primary}, the new primary; ${notShown}`);
  const hints = [stoppedInOrder(run, phase), refusedWhileAway(run, phase)].filter(Boolean);
  const free =
    tooMany || refusedWhileAway(run, phase)
      ? ' Keep connections free for the user with which Patroni rewinds (reserved_connections, pg_use_reserved_connections): while none is free, a standby cannot come back.'
      : '';
  if (clauses.length > 0)
    return {
      ...words(
        `none streamed from ${primary}, the new primary: ${[away, ...clauses, ...hints].filter(Boolean).join('. ')}`,
      ),
      advice: `Keep the standbys able to connect and follow the new primary: their logs, quoted above, show what kept each away.${free}`,
    };
  const known = hints.length > 0 ? `. ${hints.join('. ')}. The logs of the standbys are` : '; why is';
  return {
    ...words(`none streamed from ${primary}, the new primary: ${away}${known} not in the journal`),
    advice: `Find out first why the standbys were away (the logs of PostgreSQL and Patroni on them).${free}`,
  };
}

/** What makes a primary without a standby wait. */
const strictly = ({ setting }: CauseFacts): string => {
  const strict = setting('patroni.synchronous_mode_strict');
  return strict.endsWith('= true') ? `, and ${strict} makes commits wait when no standby is left` : '';
};

/** A standby whose link is bad streams on for a while, and confirms late. */
function slowAtFirst({ replicas }: Run, facts: CauseFacts, { startUs, endUs }: TimedPhase): string {
  const { target } = facts;
  const looks = replicas.filter(({ instance, tUs }) => instance === target && tUs > startUs && tUs < endUs);
  const goneUs = looks.find(({ streaming }) => !streaming)?.tUs ?? endUs;
  const streamed = looks.filter(({ streaming, tUs }) => streaming && tUs < goneUs).length;
  if (facts.kind !== 'standby' || streamed < fewLooks)
    return 'the primary ran, and no synchronous standby streamed from it';
  return `the primary ran; ${target} streamed on for ${inSeconds(ms(goneUs - startUs))} s after the fault and confirmed late, and then did not stream`;
}

/** Fewer looks are the moment before its end was noticed. */
const fewLooks = 4;

const besides = (run: Run, { manager }: CauseFacts, phase: TimedPhase): string => {
  const beside = asynchronousBeside(run, phase, manager);
  return beside === undefined ? '' : `; ${beside}`;
};

/** Which standby was the first, and which part of the wait was its way to the new timeline. */
function followedLate({ startUs, endUs, innerUs, instance }: TimedPhase): string {
  if (instance === undefined) return '';
  if (innerUs === undefined) return `: ${instance} was the first that did`;
  return `: ${instance} was the first that did; it followed the new timeline only after ${inSeconds(ms(innerUs - startUs))} s, and streamed ${inSeconds(ms(endUs - innerUs))} s after that`;
}

/** A standby of CloudNativePG asks the archive for the new timeline before it streams. */
const archiveUnseen = ({ archiveCalls }: Run, { waitedFor }: CauseFacts): string =>
  `Read the log of ${waitedFor ?? 'the standby'} of that time: before it streams, it asks the archive for the history file and the WAL of the new timeline, call by call (restore_command).${archiveCalls.length === 0 ? ' This journal has none of these calls; a new run records them.' : ''} An archive that answers faster shortens this part.`;

/** The fault hit a standby, and the primary and other standbys ran on. */
const hitsStandbyOnly = (
  { stack }: Run,
  { manager, target, lost, targetIsInstance, hitsPrimary }: CauseFacts,
): boolean =>
  manager === 'Patroni' && targetIsInstance && lost === target && !hitsPrimary && (stack?.instances.length ?? 0) > 2;

/** That the faults hit every standby. */
function allHit(run: Run): string {
  const hit = [...new Set(faultWindows(run).flatMap(({ hits }) => hits))];
  const instances = run.stack?.instances.map(({ name }) => name) ?? [];
  const standbys = hit.filter((name) => instances.includes(name));
  return standbys.length > 0 && standbys.length === instances.length - 1
    ? `, which hit every standby (${standbys.join(' and ')})`
    : '';
}

/** Which standbys gave no answer meanwhile, and for how long: `pg2 did not answer for 26.4 s`. */
function outOfService({ roles, stack }: Run, { primary }: CauseFacts, { startUs, endUs }: TimedPhase): string {
  const spans = (stack?.instances ?? []).flatMap(({ name }) => {
    const own = roles.filter(
      ({ instance, observer, tUs }) => instance === name && observer === 'sql' && tUs < endUs + 2e6,
    );
    const goneAt = own.findLastIndex(({ role, tUs }) => role === 'unreachable' && tUs < endUs);
    const gone = own[goneAt];
    const backUs = own[goneAt + 1]?.tUs ?? endUs;
    if (!gone || name === primary || backUs < startUs) return [];
    const awayUs = Math.min(backUs, endUs) - Math.max(gone.tUs, startUs);
    return awayUs > (endUs - startUs) / 2 ? [`${name} did not answer for ${inSeconds(ms(backUs - gone.tUs))} s`] : [];
  });
  return spans.join(', ');
}

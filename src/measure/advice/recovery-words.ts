/** Why a cluster was not whole again, or late: what was seen of the instance that lacked. */
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { neverRewound } from '../failover/former-primary-words.ts';
import { aheadWords } from '../failover/standby-ahead-words.ts';
import { counted, inSeconds } from '../measured.ts';
import { rejections } from '../poolers/rejections.ts';
import type { Check, Reason } from '../verdict.ts';

type Words = Pick<Reason, 'why' | 'advice'>;

/** Of `recoveryMs`. */
export function recovery(run: Run, { note, upper, value }: Check): Words {
  if (upper === null)
    return {
      why: `The cluster was not whole again${note ? `: ${note.replace(/^a lower bound: /, '')}` : ' at the end of the run'}.${lookedAt(run)}`,
      advice: adviceFor(run),
    };
  return {
    why: `It took ${inSeconds(value ?? 0)} s until every instance streamed again${note ? ` (${note})` : ''}.`,
    advice:
      'The time before the fault had ended is not a setting’s. For the rest, read the log of the instance that was last: pg_rewind, a new copy, or a wait for a connection.',
  };
}

interface Lacking {
  readonly instance: string;
  readonly looks: number;
  /** Looks at which its PostgreSQL gave an answer. */
  readonly answered: number;
}

/** The instances that did not stream at the last look, and what the looks since the first fault found there. */
function lacking({ replicas }: Run, sinceUs: number): Lacking[] {
  const later = replicas.filter(({ tUs }) => tUs >= sinceUs);
  return [...Map.groupBy(later, ({ instance }) => instance)]
    .filter(([, looks]) => !looks.at(-1)!.streaming)
    .map(([instance, looks]) => ({
      instance,
      looks: looks.length,
      answered: looks.filter(({ syncState }) => syncState !== 'unreachable').length,
    }));
}

/** What the observers saw of an instance that did not come back, and what the logs that were kept then say. */
function lookedAt(run: Run): string {
  const fault = faultWindows(run)[0];
  if (!fault) return '';
  const each = lacking(run, fault.inject.hi).map(({ instance, looks, answered }) => {
    const ahead = aheadWords(run, { instance });
    if (ahead) return ` ${ahead.why}`;
    if (answered === 0)
      return ` PostgreSQL on ${instance} answered at none of ${counted(looks, 'look')} since the fault: it never ran again. Either the copy of the primary’s data failed or was not over, or PostgreSQL did not start on it.`;
    const former = neverRewound(run, instance);
    if (former) return ` ${former.why}`;
    return ` PostgreSQL on ${instance} answered at ${answered} of ${counted(looks, 'look')} since the fault, and did not stream at the last.`;
  });
  const kept = run.notes.findLast(({ text }) => text.startsWith('not every instance streamed again'))?.text;
  // What comes after the folder's name are the worst lines of the logs.
  const [, says] = /gave-up-\d+; (.+)$/.exec(kept ?? '') ?? [];
  const folder = /gave-up-\d+/.exec(kept ?? '')?.[0];
  const log = says
    ? ` Its logs, kept in ${folder}: ${says}.`
    : folder
      ? ` The logs of that moment are in ${folder} of the run’s folder.`
      : ' No log of it was kept in this run.';
  // What keeps a former primary away says so already.
  const isSaid = lacking(run, fault.inject.hi).some(({ instance }) => neverRewound(run, instance));
  return `${each.join('')}${log}${isSaid ? '' : refusedToo(run)}`;
}

/** A standby needs connections to the primary as clients do. */
function refusedToo(run: Run): string {
  const { count, isCut } = rejections(run);
  const reserved = run.stack?.settings['postgresql.reserved_connections'];
  if (count < 10) return '';
  return ` PostgreSQL refused ${isCut ? 'at least ' : ''}${counted(count, 'log-in')} meanwhile; an instance that rewinds or streams needs log-ins too${reserved === undefined ? '' : ` (reserved_connections = ${reserved})`}.`;
}

const until = 'Until it streams, another loss stops writes or loses data.';

function adviceFor(run: Run): string {
  const ahead = aheadWords(run);
  if (ahead) return `${ahead.advice} ${until}`;
  const fault = faultWindows(run)[0];
  const down = fault ? lacking(run, fault.inject.hi).filter(({ answered }) => answered === 0) : [];
  const [first] = down;
  const former = fault && lacking(run, fault.inject.hi).flatMap(({ instance }) => neverRewound(run, instance) ?? [])[0];
  if (former) return `${former.advice} ${until}`;
  if (!first)
    return `Read the log of PostgreSQL and of its manager on that instance: a connection that it does not get, a timeline that it cannot follow, WAL that the primary no longer has. ${until}`;
  const { instance } = first;
  return `Read the log of the manager on ${instance}, which makes its copy (pg_basebackup or pg_rewind) and starts it: a copy that fails or is not over (also because the primary refuses its log-in), a full disk; then the log of PostgreSQL there. ${until}`;
}

/** Why a restore failed: its message, and what the archive held of the moment that it aimed at when it began. */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { parseSegment, segmentAt, segmentName } from '../../postgres/wal-names.ts';
import { capital, inSeconds, listed, ms } from '../measured.ts';
import type { Check, Reason } from '../verdict.ts';
import { notArchived } from './archive-hole-words.ts';
import { restoreAdvice } from './restore-advice.ts';

type Words = Pick<Reason, 'why' | 'advice'>;

/** Of `failedRestores`. The limit’s own line has the message in full. */
export function failedRestore(run: Run, { note }: Check): Words {
  const why = `${capital(shortened(note ?? 'the restore failed'))}.${unknownWhy(run)}`;
  const aimed = aimedAt(run);
  if (!aimed) return { why, advice: restoreAdvice(run) };
  const { mark, file, history, beforeMs, holes } = aimed;
  const lies = `${why} The restore aimed at the moment “${mark}”, which lies in the WAL file ${file}`;
  if (beforeMs === undefined)
    return { why: `${lies}, which was not archived by the end of the run.`, advice: restoreAdvice(run) };
  if (beforeMs < 0)
    return {
      why: `${lies}, which was archived only ${inSeconds(-beforeMs)} s after the restore had begun.`,
      advice: restoreAdvice(run),
    };
  const files = `that file${history ? ` and ${history}` : ''}`;
  const archived = `the primary had reported ${files} as archived ${inSeconds(beforeMs)} s before the restore began (pg_stat_archiver)`;
  if (holes.length > 0)
    return {
      why: `${lies}; ${archived}. A restore has to pass ${listed(holes)} first, which the archive lacks.`,
      advice: holeAdvice(run, holes),
    };
  return {
    why: `${lies}; ${archived}, so the restore did not come too early. ${whatElse(run, aimed)}`,
    ...look(run, aimed),
  };
}

/** Without the line of a log in brackets, and where WAL is missing without what follows from that. */
const shortened = (cause: string): string =>
  cause.replace(/ \([^()]*(?:\([^()]*\)[^()]*)*\)$/, '').replace(/(WAL is missing from the archive: [^;]+);.*$/, '$1');

/** That the cause of a damaged backup is open, where the run shows no more than that a restore could not read it. */
function unknownWhy({ restores, faults }: Run): string {
  const cause = restores.find(({ outcome }) => outcome === 'failed')?.cause ?? '';
  if (!/backup is damaged/.test(cause)) return '';
  const [, said] = /damaged[^(]*\((.*)\)$/.exec(cause) ?? [];
  const shownBy = said ? ` What shows it is one message (${said.replace(/^error: /, '')}).` : '';
  const broken = faults.length === 0 ? ' This drill breaks nothing: the backup was so before it.' : '';
  return `${shownBy}${broken} Which of its files are damaged or missing, and since when, is not in the journal.`;
}

/** The archive-hole words say why; a new base backup is advised there too. */
const holeAdvice = (run: Run, holes: readonly string[]): string =>
  notArchived(run, holes) === '' ? restoreAdvice(run) : '';

interface Aimed {
  readonly restore: EventOf<'restore'>;
  /** The name of the moment. */
  readonly mark: string;
  /** The segment that holds the moment. */
  readonly file: string;
  /** The history file of its timeline, where it needs one. */
  readonly history: string | undefined;
  /** How long before the restore all of it was archived; undefined where it never was. */
  readonly beforeMs: number | undefined;
  /** The segments before it that the archive lacks: no restore gets past them. */
  readonly holes: readonly string[];
}

/** Undefined where the restore aimed at no mark, or failed for another reason than the end of the archive. */
function aimedAt({ restores, marks, archives, stores }: Run): Aimed | undefined {
  const failed = restores.find(({ outcome }) => outcome === 'failed');
  const mark = marks.find(({ name }) => name === failed?.target.mark);
  if (!failed || !mark || !/archive ends before/.test(failed.cause ?? '')) return undefined;
  const segment = segmentAt(mark.timeline, mark.lsn);
  const looks = archives.filter(({ timeline }) => timeline === mark.timeline);
  const whole = looks.find(({ lastArchived, historyArchived }) => {
    const last = parseSegment(lastArchived.slice(0, 24));
    return historyArchived && last?.timeline === segment.timeline && last.number >= segment.number;
  });
  const file = segmentName(segment);
  const named =
    failed.cause?.match(/WAL is missing from the archive: ([0-9A-F, ]+)/)?.[1]?.match(/[0-9A-F]{24}/g) ?? [];
  const lacking = new Set([...named, ...(stores.at(-1)?.missing ?? [])]);
  return {
    ...{ restore: failed, mark: mark.name, file },
    history: mark.timeline > 1 ? `${file.slice(0, 8)}.history` : undefined,
    beforeMs: whole && ms(failed.fromUs - whole.tUs),
    holes: [...lacking].filter((one) => (parseSegment(one)?.number ?? segment.number) < segment.number).sort(),
  };
}

/** The last WAL file that the restore replayed, where its cause names it. */
const lastReplayed = ({ restore }: Aimed): string | undefined =>
  /the last WAL file that it restored was ([0-9A-F]{24})/.exec(restore.cause ?? '')?.[1];

/** Whether the store held the file at the end; undefined where its listing is not in the journal. */
function isInStore({ stores }: Run, { file }: Aimed): boolean | undefined {
  const newest = stores.at(-1)?.newest;
  if (!newest) return undefined;
  const own = newest.find((name) => name.slice(0, 8) === file.slice(0, 8) && name.length === file.length);
  return own !== undefined && own >= file;
}

/** What is left when the archive reported all of it: which of the two, as far as the journal shows. */
function whatElse(run: Run, aimed: Aimed): string {
  const { file, history } = aimed;
  const last = lastReplayed(aimed);
  if (last !== undefined && last.slice(0, 8) !== file.slice(0, 8))
    return `The last WAL file that it restored was ${last}: it did not follow timeline ${Number.parseInt(file.slice(0, 8), 16)}.`;
  const inStore = isInStore(run, aimed);
  if (inStore === true) return `The store held ${file} at the end: the restore did not follow that timeline.`;
  if (inStore === false) return `The store lacked ${file} at the end: it lost the file, or never had it.`;
  const other = run.restores.find(({ outcome, timeline = 0, untilUs }) => {
    const isLater = timeline > Number.parseInt(file.slice(0, 8), 16);
    return outcome === 'ok' && isLater && untilUs <= aimed.restore.fromUs;
  });
  const found =
    other && history
      ? ` ${history} was in the store: ${other.name}, which ended ${inSeconds(ms(aimed.restore.fromUs - other.untilUs))} s before, found it, for a restore takes the number after the newest timeline (${other.timeline}).`
      : '';
  const listing =
    run.stores.length > 0
      ? ' The listing of the store at the end found no gap, and its names are not in this journal (a new run records the newest).'
      : '';
  return `Two causes are left: the restore did not follow that timeline, or the store lost ${file}.${found}${listing}`;
}

/** What to look at: the log of the restore where the file is known to be there, the store first where it is not. */
function look(run: Run, aimed: Aimed): Pick<Words, 'advice'> {
  const { file, history } = aimed;
  const follow = 'have the restore follow the newest timeline (recovery_target_timeline = latest)';
  const inStore = isInStore(run, aimed);
  const last = lastReplayed(aimed);
  if (inStore === true || (last !== undefined && last.slice(0, 8) !== file.slice(0, 8)))
    return { advice: `${capital(follow)}, and read in its log whether it asked for ${history ?? 'a history file'}.` };
  if (inStore === false)
    return {
      advice: `Find out what removed ${file} from the store after it was archived (lifecycle rules, retention).`,
    };
  return {
    advice: `List the store. Where it holds ${file}${history ? ` and ${history}` : ''}, ${follow}, and read in its log which file it asked for last. Where it does not, find out what removed it after it was archived.`,
  };
}

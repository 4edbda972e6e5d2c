/** Why a restore failed: its message, and what the archive held of the moment that it aimed at when it began. */
import type { Run } from '../../journal/run.ts';
import { parseSegment, segmentAt, segmentName } from '../../postgres/wal-names.ts';
import { capital, inSeconds, listed, ms } from '../measured.ts';
import type { Check, Reason } from '../verdict.ts';
import { restoreAdvice } from './restore-advice.ts';

/** Of `failedRestores`. */
export function failedRestore(run: Run, { note }: Check): Pick<Reason, 'why' | 'advice'> {
  const why = `${capital(note ?? 'it failed')}.`;
  const aimed = aimedAt(run);
  if (!aimed) return { why, advice: restoreAdvice(run) };
  const { file, history, beforeMs, holes } = aimed;
  const lies = `${why} The moment lies in the WAL file ${file}`;
  if (beforeMs === undefined)
    return { why: `${lies}, which was not archived by the end of the run.`, advice: restoreAdvice(run) };
  if (beforeMs < 0)
    return {
      why: `${lies}, which was archived only ${inSeconds(-beforeMs)} s after the restore had begun.`,
      advice: restoreAdvice(run),
    };
  const archived = `${lies}. The primary had reported that file${history ? ` and ${history}` : ''} as archived ${inSeconds(beforeMs)} s before the restore began (pg_stat_archiver).`;
  if (holes.length > 0)
    return {
      why: `${archived} The restore could not get that far: it has to pass ${listed(holes)} first, which the archive lacks.`,
      advice: restoreAdvice(run),
    };
  return {
    why: `${archived} So it was not a restore that came too early: the store lost a file, or the restore did not follow that timeline. The journal does not hold which.`,
    advice: `List the store: it must hold ${file}${history ? ` and ${history}` : ''}. If it does, read in the log of the restore which file it asked for last, and whether it followed the newest timeline (recovery_target_timeline = latest). If not, find out what removed it after it was archived.`,
  };
}

interface Aimed {
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
    file,
    history: mark.timeline > 1 ? `${file.slice(0, 8)}.history` : undefined,
    beforeMs: whole && ms(failed.fromUs - whole.tUs),
    holes: [...lacking].filter((one) => (parseSegment(one)?.number ?? segment.number) < segment.number).sort(),
  };
}

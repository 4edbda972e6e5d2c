/** How long backups and restores took, how many failed, and what restores held that was damaged. */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { counted, exactly, inSeconds, measured, ms, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';

/** `restoreMs` = from the order to restore until the new instance takes writes; the slowest. `failedRestores` beside it. */
export function restores(run: Run): Measured[] {
  if (run.restores.length === 0)
    return [unmeasurable('restoreMs', 'nothing was restored'), unmeasurable('failedRestores', 'nothing was restored')];
  return [slowest('restoreMs', run.restores, restoreNote), failures('failedRestores', run.restores)];
}

/** `backupMs` = from the order until the backup and the WAL that it needs are in the store. `failedBackups` beside it. */
export function backups(run: Run): Measured[] {
  if (run.backups.length === 0)
    return [unmeasurable('backupMs', 'no backup was taken'), unmeasurable('failedBackups', 'no backup was taken')];
  return [slowest('backupMs', run.backups, backupNote), failures('failedBackups', run.backups)];
}

type Tried = EventOf<'restore'> | EventOf<'backup'>;

function slowest<T extends Tried>(
  metric: 'restoreMs' | 'backupMs',
  tried: readonly T[],
  note: (one: T) => string,
): Measured {
  const done = tried.filter(({ outcome }) => outcome === 'ok');
  const worst = [...done].sort((a, b) => lasted(b) - lasted(a))[0];
  if (!worst) return unmeasurable(metric, `${tried[0]!.cause ?? 'it failed'}`);
  const value = lasted(worst);
  const lower = Math.max(0, value - worst.sharpMs);
  return measured(metric, { value, lower, upper: value, evidence: [worst.seq], note: note(worst) });
}

const lasted = ({ fromUs, untilUs }: Tried): number => ms(untilUs - fromUs);

function failures(metric: 'failedRestores' | 'failedBackups', tried: readonly Tried[]): Measured {
  const bad = tried.filter(({ outcome }) => outcome === 'failed');
  const note = bad[0] ? bad[0].cause : `of ${tried.length}`;
  return exactly(
    metric,
    bad.length,
    [...bad, ...tried].map(({ seq }) => seq),
    note,
  );
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
/** Nothing where nobody counted them. */
const moved = (bytes: number | undefined, where: string): string[] =>
  bytes === undefined ? [] : [`${megabytes(bytes)} ${where}`];

function restoreNote({ name, bytes, readBytes, baseMs, backup, timeline }: EventOf<'restore'>): string {
  const base = baseMs === undefined ? [] : [`${inSeconds(baseMs)} s of it for the base backup`];
  const parts = [...moved(bytes, 'restored'), ...moved(readBytes, 'received'), ...base].join(', ');
  return `${name}: ${parts && `${parts}; `}backup ${backup}, now on timeline ${timeline}`;
}

const backupNote = ({ id, instance, bytes, method }: EventOf<'backup'>): string =>
  [`${id} from ${instance} by ${method}`, ...moved(bytes, 'in the store')].join(': ');

/**
 * `restoredDamage`: rows whose content is not what their key demands, duplicate keys, what verify_heapam and
 * bt_index_check found, roles and databases that were there at the backup and are missing, and sequences that would give
 * out values that are taken.
 */
export function restoredDamage(run: Run): Measured {
  const metric = 'restoredDamage';
  const seen = run.restores.filter(({ name }) => run.proofs.some(({ restore }) => restore === name));
  if (seen.length === 0) return unmeasurable(metric, 'no restored instance was looked at');
  const damages = run.proofs.map((proof) => ({ proof, found: damageOf(run, proof) }));
  const total = damages.reduce((sum, { found }) => sum + found.reduce((n, [times]) => n + times, 0), 0);
  const evidence = damages.filter(({ found }) => total === 0 || found.length > 0).map(({ proof }) => proof.seq);
  const unseen = run.restores.length - seen.length;
  const note =
    total === 0
      ? lookedAt(run)
      : damages
          .flatMap(({ found }) => found.map(([, what]) => what))
          .slice(0, 5)
          .join('; ');
  const upper = unseen > 0 ? null : total;
  return measured(metric, { value: total, lower: total, upper, evidence, note });
}

/** What a mark says that the cluster had; marks of earlier versions do not say it. */
const given = (
  mark: EventOf<'mark'> | undefined,
): Partial<Pick<EventOf<'mark'>, 'roles' | 'databases' | 'extensions'>> => {
  if (!mark?.roles || !mark.databases) return {};
  const { roles, databases, extensions } = mark;
  return { roles, databases, ...(extensions && { extensions }) };
};

/** How often, and what. */
type Damage = readonly [times: number, what: string];

function damageOf({ backups, restores, marks }: Run, proof: EventOf<'proof'>): Damage[] {
  const restore = restores.find(({ name }) => name === proof.restore);
  const backup = backups.find(({ id }) => id !== undefined && id === restore?.backup);
  const mark = marks.find(({ name }) => name === restore?.target.mark);
  const had = { ...backup, ...given(mark) };
  const missing = (had: readonly string[] | undefined, has: readonly string[]) =>
    had?.filter((name) => !has.includes(name)) ?? [];
  return [
    ...(proof.damagedRows > 0
      ? [[proof.damagedRows, `${counted(proof.damagedRows, 'row')} with another content`] as const]
      : []),
    ...proof.duplicates.map(([worker, op, times]) => [1, `write ${worker}/${op} exists ${times} times`] as const),
    ...proof.corruption.map((what) => [1, what] as const),
    ...missing(had.roles, proof.roles).map((name) => [1, `the role ${name} is missing`] as const),
    ...missing(had.databases, proof.databases).map((name) => [1, `the database ${name} is missing`] as const),
    ...missing(had.extensions, proof.extensions ?? []).map((name) => [1, `the extension ${name} is missing`] as const),
    ...proof.sequences
      .filter(({ last, max }) => last < max)
      .map(({ name, last, max }) => [1, `the sequence ${name} stands at ${last}, but ${max} is taken`] as const),
  ];
}

function lookedAt({ proofs }: Run): string {
  const sum = (of: (proof: EventOf<'proof'>) => number) => proofs.reduce((total, proof) => total + of(proof), 0);
  return `${counted(
    sum(({ rows }) => rows),
    'row',
  )}, ${counted(
    sum(({ relations }) => relations),
    'relation',
  )} and ${counted(
    sum(({ sequences }) => sequences.length),
    'sequence',
  )} were looked at`;
}

/** `backupAgeMs`: the oldest base backup that a restore began with, at the order to restore; known to the second. */
export function backupAge(run: Run): Measured {
  const metric = 'backupAgeMs';
  const known = run.restores.filter(({ backupAgeMs }) => backupAgeMs !== undefined);
  const oldest = known.sort((a, b) => b.backupAgeMs! - a.backupAgeMs!)[0];
  if (!oldest) return unmeasurable(metric, 'no restore says when its base backup was taken');
  const value = oldest.backupAgeMs!;
  const [lower, upper] = [Math.max(0, value - 1_000), value + 1_000];
  return measured(metric, { value, lower, upper, evidence: [oldest.seq], note: `backup ${oldest.backup}` });
}

/** `failedAssertions`: over all restored instances; where one could not be looked at, the rest is a lower bound. */
export function failedAssertions(run: Run): Measured {
  const metric = 'failedAssertions';
  if (run.proofs.length === 0) return unmeasurable(metric, 'no restored instance was looked at');
  const all = run.proofs.flatMap(({ assertions = [], seq }) => assertions.map((one) => ({ ...one, seq })));
  const broken = all.filter(({ holds }) => !holds);
  const note =
    broken.length > 0
      ? broken
          .map(({ name, expected, got }) => `${name}: expected ${expected}, got ${got}`)
          .slice(0, 5)
          .join('; ')
      : all.length > 0
        ? `of ${counted(all.length, 'assertion')}`
        : 'no assertion was given';
  const evidence = (broken.length > 0 ? broken : run.proofs).map(({ seq }) => seq);
  const upper = run.proofs.length < run.restores.length ? null : broken.length;
  return measured(metric, {
    value: broken.length,
    lower: broken.length,
    upper,
    evidence: [...new Set(evidence)],
    note,
  });
}

/** Every base backup that runs have seen, each with when it was last proved to restore. */
import type { EventOf } from '../journal/event.ts';
import type { Measured } from '../measure/verdict.ts';

/** What is read of one run. */
export interface RunOfBackups {
  readonly id: string;
  readonly stack: string;
  readonly startedAt: string;
  readonly backups: readonly EventOf<'backup'>[];
  readonly restores: readonly EventOf<'restore'>[];
  /** Of its verdict. */
  readonly measured: readonly Measured[];
}

export interface CataloguedBackup {
  readonly backup: EventOf<'backup'> & { readonly id: string };
  readonly run: RunOfBackups;
  /** The last restore from it, and what is to be said of it; undefined: none was tried. */
  readonly proof?: { readonly run: RunOfBackups; readonly restore: EventOf<'restore'>; readonly held: string };
}

/** What a restore must hold none of. */
const wanted = ['pitrMissing', 'pitrExtra', 'restoredDamage'] as const;

/** The newest first. Backups that failed are none. */
export function catalogueOf(runs: readonly RunOfBackups[]): CataloguedBackup[] {
  const newestFirst = [...runs].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  return newestFirst.flatMap((run) =>
    run.backups.flatMap((backup) => {
      const { id } = backup;
      if (id === undefined || backup.outcome === 'failed') return [];
      const proof = lastProof(newestFirst, id);
      return [{ backup: { ...backup, id }, run, ...(proof && { proof }) }];
    }),
  );
}

function lastProof(newestFirst: readonly RunOfBackups[], id: string): CataloguedBackup['proof'] {
  for (const run of newestFirst) {
    const restore = run.restores.findLast((one) => one.backup === id);
    if (restore) return { run, restore, held: heldBy(run, restore) };
  }
  return undefined;
}

function heldBy({ measured }: RunOfBackups, { outcome, cause }: EventOf<'restore'>): string {
  if (outcome === 'failed') return `failed: ${cause}`;
  const found = wanted.map((metric) => measured.find((one) => one.metric === metric));
  const wrong = found.filter((one) => one !== undefined && one.value !== null && one.value > 0);
  if (wrong.length > 0) return `restored, but ${wrong.map((one) => `${one!.metric} is ${one!.value}`).join(', ')}`;
  return found.at(-1)?.value === 0 ? 'proved' : 'restored, not looked at';
}

const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');
const size = (bytes: number | undefined): string => (bytes === undefined ? '?' : `${(bytes / 1e6).toFixed(1)} MB`);

/** As lines of text for a terminal. */
export function catalogueText(catalogue: readonly CataloguedBackup[]): string[] {
  return catalogue.map(({ backup, run, proof }) => {
    const what = `${backup.id.padEnd(18)} ${run.stack.padEnd(8)} ${size(backup.bytes).padStart(9)}  from ${backup.instance}`;
    if (!proof) return `${what}  never restored`;
    const { held, restore, run: by } = proof;
    const took = `${((restore.untilUs - restore.fromUs) / 1e6).toFixed(1)} s`;
    if (restore.outcome === 'failed') return `${what}  ${minute(by.startedAt)} after ${took} ${held} (${by.id})`;
    return `${what}  ${held} ${minute(by.startedAt)} in ${took}, ${size(restore.bytes)} (${by.id})`;
  });
}

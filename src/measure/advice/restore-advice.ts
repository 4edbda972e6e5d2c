/** What to do about a restore that failed, by what its programs said. */
import type { Run } from '../../journal/run.ts';

/** The first that fits counts. */
const byCause: readonly (readonly [when: RegExp, advice: string])[] = [
  [
    /disk is full|No space left/i,
    'Give the instance that is restored a larger disk: it holds the base backup, and all WAL up to the moment that you restore to.',
  ],
  [
    /credentials/i,
    'Check the credentials that a restore uses, and that they may list and read the store; a restore may use other ones than archiving does.',
  ],
  [/does not answer|bucket does not exist/i, 'Check that the object store can be reached from where you restore.'],
  [
    /^(?!.*WAL is missing from).*archive ends before/i,
    'Find out what the archive holds of that time: whether the last segments, and those of a new timeline with its history file, were archived before the restore began (pg_stat_archiver, the log of the archive_command). Restore again once they are.',
  ],
  [
    /WAL is missing from|WAL that the base backup needs/i,
    'Find out why WAL did not reach the archive (pg_stat_archiver, the log of the archive_command), and take a new base backup: until then no restore passes that point. Alert on the age of the last archived segment.',
  ],
  [
    /backup is damaged/i,
    'Do not use this backup: take a new one, restore it to test it, and find out what happened to its files in the store. A backup is only known to be good once it was restored.',
  ],
  [
    /no base backup from before/i,
    'Keep base backups for as long as you want to be able to go back, and restore to a later moment.',
  ],
];

/** In sentences. */
export function restoreAdvice({ restores }: Pick<Run, 'restores'>): string {
  const cause = restores.find(({ outcome }) => outcome === 'failed')?.cause ?? '';
  const found = byCause.find(([when]) => when.test(cause));
  return found?.[1] ?? 'Fix what the message names, and restore again before you need it.';
}

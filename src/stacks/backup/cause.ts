/** Why a backup or restore failed, in one sentence, out of what Barman and PostgreSQL said. */

interface Cause {
  readonly when: RegExp;
  /** A line that this fits too is about something else. */
  readonly unless?: RegExp;
  readonly says: string;
}

/** The first that fits is reported; the sharper ones come first. */
const causes: readonly Cause[] = [
  { when: /No space left on device/i, says: 'the disk is full' },
  {
    when: /Expected empty archive/i,
    says: 'the archive holds the WAL of another cluster (Expected empty archive): give this cluster a folder of its own',
  },
  {
    when: /InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|Access Denied|Forbidden|\b403\b|Unable to locate credentials/i,
    says: 'the object store refuses the credentials',
  },
  {
    when: /NoSuchBucket|Bucket \S+ does not exist|bucket does not exist/i,
    says: 'the bucket does not exist',
  },
  {
    when: /EndpointConnectionError|Could not connect to the endpoint|Connect(ion)? ?timed? ?out|ConnectTimeout|Connection refused|Can't connect to cloud provider|Failed to connect|Name or service not known|Connection was closed|ECONNREFUSED|EHOSTUNREACH|ETIMEDOUT|fetch failed/i,
    // CloudNativePG's own connection to the PostgreSQL that it restores.
    unless: /failed to connect to `user=/,
    says: 'the object store does not answer',
  },
  {
    when: /recovery ended before configured recovery target was reached/i,
    says: 'the archive ends before the time that was asked for: its WAL is missing or was never archived',
  },
  {
    when: /WAL ends before (the )?end of online backup|could not locate required checkpoint record|could not find redo location|could not locate a valid checkpoint record/i,
    says: 'WAL that the base backup needs is missing from the archive',
  },
  {
    when: /invalid page in block|page verification failed|invalid checksum|incorrect checksum|CRC check failed|ReadError|unexpected end of data|not a gzip file|Not a gzipped file|bad magic number|file could not be opened|invalid header|truncated header|Error -3 while decompressing/i,
    says: 'the base backup is damaged',
  },
  {
    // Barman takes a damaged archive for one that ends there, and says nothing; PostgreSQL then misses files.
    when: /could not open file "(global|base|pg_xact|pg_multixact|PG_VERSION|backup_label)|invalid data in file "backup_label|is not a (valid )?data directory|is missing or (not a|in)valid|could not find the database system|pg_control/i,
    says: 'the base backup is damaged or not whole',
  },
  { when: /Cannot find any candidate backup|no backup/i, says: 'there is no base backup from before that time' },
];

const restoredFile = /restored log file "([0-9A-F]{24}|[0-9A-F]{8}\.history)" from archive/;

/**
 * @param said everything that the failed program printed
 * @returns the known cause, followed by the line that shows it; else the last line that was said
 */
export function backupCause(said: string): string {
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    // That a file was restored is not a complaint.
    .filter((line) => line !== '' && !restoredFile.test(line));
  for (const { when, unless, says } of causes) {
    const shown = lines.find((line) => when.test(line) && !unless?.test(line));
    if (shown) return `${says} (${shown.slice(0, 200)})`;
  }
  return lines.at(-1)?.slice(0, 300) ?? 'it said nothing';
}

/** How far a recovery came that ended before its target, out of PostgreSQL’s log; empty for any other. */
function lastRestored(said: string): string {
  if (!/recovery ended before configured recovery target was reached/i.test(said)) return '';
  const files = [...said.matchAll(new RegExp(restoredFile, 'g'))].map(([, file]) => file);
  const last = files.findLast((file) => !file?.endsWith('.history'));
  return last === undefined ? '' : `; the last WAL file that it restored was ${last}`;
}

/**
 * As `backupCause`, of a restore.
 * @param missing segments that the archive lacks: they explain a recovery that ended early better than its own words
 */
export function restoreCause(said: string, missing: readonly string[]): string {
  const cause = `${backupCause(said)}${lastRestored(said)}`;
  if (missing.length === 0 || /disk is full|credentials|does not answer/.test(cause)) return cause;
  return `WAL is missing from the archive: ${missing.slice(0, 3).join(', ')}; ${cause}`;
}

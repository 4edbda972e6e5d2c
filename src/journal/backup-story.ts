/** For tests: the journal of a run that takes a backup, marks a moment at 30 s and restores to it at 50 s. */
import type { EventOf } from './event.ts';
import { type Synthetic, synthetic } from './synthetic.ts';

type Key = readonly [worker: number, op: number];

export interface BackupStory {
  /** Keys that the restored instance lacks, and that it has beside those that it should have. */
  readonly without?: readonly Key[];
  readonly with?: readonly Key[];
  readonly target?: EventOf<'restore'>['target'];
  /** The name of the mark; the restore aims at `m`. */
  readonly mark?: string;
  /** What the mark says that the cluster had. */
  readonly had?: Pick<EventOf<'mark'>, 'roles' | 'databases' | 'extensions'>;
  /** How long it took to read the server's clock. */
  readonly uncertainUs?: number;
  /** What is restored was written up to here. */
  readonly untilSecond?: number;
  /** Changes what was found in the restored instance. */
  readonly found?: Partial<EventOf<'proof'>>;
}

const hadRoles = ['app', 'postgres'];
const hadDatabases = ['app', 'postgres'];

/** 50 writes a second from 4 clients for 60 s, each of which takes 2 ms. */
export function backupStory(story: BackupStory = {}): Synthetic {
  const {
    uncertainUs = 100,
    untilSecond = 30,
    target = { kind: 'time', mark: 'm', serverTime: '2026-01-01T00:00:30Z' } as const,
  } = story;
  const markUs = 30e6 + 10_000;
  const journal = synthetic({ name: 'point-in-time-restore' }).writes({ perSecond: 50, workers: 4 });
  const restore = { name: 'restore-1', target, fromUs: 50e6, untilUs: 58e6, sharpMs: 500, outcome: 'ok' } as const;
  return journal
    .line('backup', 20, {
      ...{ fromUs: 15e6, untilUs: 20e6, sharpMs: 500, outcome: 'ok', method: 'barman-cloud-backup', id: 'b1' },
      ...{ instance: 'pg-2', timeline: 1, beginWal: '000000010000000000000003', endWal: '000000010000000000000003' },
      ...{ bytes: 5e6, roles: hadRoles, databases: hadDatabases },
    })
    .line('mark', (markUs + uncertainUs / 2) / 1e6, {
      ...{
        name: story.mark ?? 'm',
        instance: 'pg-1',
        timeline: 1,
        lsn: 0x3000001 + 1_500 * 256,
        serverTime: '2026-01-01T00:00:30Z',
      },
      ...{ beforeUs: markUs - uncertainUs / 2, afterUs: markUs + uncertainUs / 2 },
      ...story.had,
    })
    .line('restore', 58, {
      ...restore,
      backup: 'b1',
      bytes: 4e7,
      readBytes: 6e6,
      baseMs: 2_000,
      timeline: 2,
      cannotWrite: '403',
    })
    .line('proof', 59, {
      restore: 'restore-1',
      ...ledgerUntil(journal, target.kind === 'time' ? markUs : untilSecond * 1e6, story),
      ...{ damagedRows: 0, digest: 'd', relations: 90, corruption: [], roles: hadRoles, databases: hadDatabases },
      sequences: [{ name: 'pgdrill.ledger_id_seq', last: 3_000, max: 2_990 }],
      ...story.found,
    });
}

/** What was acknowledged by then. */
function ledgerUntil(
  journal: Synthetic,
  untilUs: number,
  story: BackupStory,
): Pick<EventOf<'proof'>, 'rows' | 'workers' | 'duplicates'> {
  const keys = new Map<string, Key>();
  for (const event of journal.events()) {
    if (event.kind !== 'op') continue;
    for (let row = 0; row < event.n; row++) {
      const key = [event.worker[row]!, event.op[row]!] as const;
      if (event.baseUs + event.due[row]! + event.done[row]! <= untilUs) keys.set(key.join(), key);
    }
  }
  for (const key of story.without ?? []) keys.delete(key.join());
  for (const key of story.with ?? []) keys.set(key.join(), key);
  const workers: EventOf<'proof'>['workers'] = {};
  for (const [worker, op] of keys.values()) (workers[worker] ??= []).push([op, op]);
  return { rows: keys.size, workers, duplicates: [] };
}

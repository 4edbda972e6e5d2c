/**
 * Planted defects that a run may pass with, each with the reason. They leave the evidence for its limits as it was, widen an
 * interval that still lies within the limit, or alter what a single witness saw: such a line looks like a true one.
 */
export const harmless: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/\b(turned round|turn round)\b/, 'the order of a list, or of lines of one time, says nothing'],
  [/^double |^double all of |twice/, 'what is said twice is the same'],
  [
    /^run: (command|id|seed|host|tUs|changed|startedAt|load\.(giveUpMs|backoffMostMs|reconnectMs|setup|sql|profile|failover|openSessions|retriesAlso)|scenario\.(asks|hash)|topology\.(timers|settings|archiving|walDiskMegabytes|pooler))/,
    'it describes the run, and no measure of a limit reads it',
  ],
  [
    /^run: load.ratePerSecond one|^run: (load|topology|changed) without its first/,
    'it describes the run, within what chance allows',
  ],
  [/^run: load\.workload/, 'the limit on anomalies stays, and the transactions are judged all the same'],
  [/^shift .* txn$/, 'which transaction depends on which is read from lists, not from times'],
  [/^run: limits/, 'with fewer limits a run has to meet less'],
  [/^stack: (path|versions|settings|tUs|shared|no shared)|(shift by .*|put .*) stack$/, 'it describes the stack'],
  [
    /(proof|detail|method|cannotWrite|digest|text|lastFailed|scheduling|shared) (another|empty|flipped)|no (detail|scheduling)/,
    'words for a reader',
  ],
  [/ (one more|one less)(,|$)| column .* (one more|one less)/, 'less than a measure resolves'],
  [
    /^(drop .* of|put .*|shift .*) (note|stall|prediction|phase settle|phase prepare|alert|afterwards|instance)/,
    'notes for a reader, or what only widens an interval',
  ],
  [/^(note|prediction|alert|afterwards|stall)/, 'notes for a reader, or what only widens an interval'],
  [
    /role (platform|route)|role sql (unreachable|replica)/,
    'edges of phases: without them a phase is unknown or less sharp',
  ],
  [
    /^role sql primary: (afterUs|tUs|no afterUs)|^shift .* role sql primary/,
    'a promotion at another moment is a promotion',
  ],
  [
    /^(drop .* of|shift .*|put .*) (pool |poollog|metric|archive|connect$)|^(pool |poollog|metric|archive|connect)/,
    'witnesses of poolers, monitoring and archive: limits on them have no upper end where they are silent',
  ],
  [
    /^drop (the (first|last|middle)|every second) of (replica|probe|role)|^drop the middle half of replica/,
    'looks come often: one less widens an interval',
  ],
  [/^replica: (lagBytes|tUs|afterUs|syncState .*in the last|timeline .*in the last)/, 'what a single look saw'],
  [
    /column (error|late|took|saw|sent|done|due) |column lsn /,
    'times and texts of single requests: what they change is within the limits that passed',
  ],
  [/^probe (readonly|.*-fresh|api.*|workers.*)/, 'a stream that no limit of this run looks at'],
  [
    /^probe .*: column outcome all its first|^probe .*: column outcome all 1, one batch|column outcome (one more|all 1)/,
    'single slots, or acknowledgements with a warning: both are shown',
  ],
  [
    /^generator .*: (cpuUs|lateP50Us|lateP99Us|lateMaxUs|tUs|wallUs)|^shift .* generator/,
    'the generator is judged by the requests themselves, too',
  ],
  [
    /^(end|residue|ledger \w+|phase \w+|store|proof|mark|backup \w+|restore \w+): (tUs|no lines)|^shift .* (end|residue|ledger \w+|phase \w+|store|proof|backup \w+|restore \w+)$/,
    'within the time that clocks and looks may differ',
  ],
  [/^residue: (checked|found)/, 'entries that a look repeats'],
  [
    /^(backup|restore) \w+: (baseMs|bytes|readBytes|sharpMs|fromUs|untilUs|timeline|beginWal|endWal|instance|databases|roles|no )/,
    'what a single witness saw of a backup or a restore',
  ],
  [/^(mark|proof|store): /, 'what a single witness saw of a backup or a restore'],
  [
    /^shift .* run$|^put at the beginning /,
    'the first line carries the beginning of the clock, and times order the others',
  ],
  [/^replica: streaming flipped, in the last/, 'one look at the end, where no limit asks for a recovery'],
  [/^op: servers? /, 'the same instance by another of its addresses'],
];

/** What a trial does to a client program's connections, one after another. */
import type { Mode } from './proxy.ts';

export interface Stage {
  readonly name: string;
  readonly mode: Mode;
  readonly forMs: number;
  /** Afterwards connections pass for this long, so that the program can come back. */
  readonly thenMs: number;
}

const answer = (code: string, message: string, severity: 'ERROR' | 'FATAL' = 'ERROR'): Mode => ({
  ...{ does: 'answer', severity, code, message },
});

/** The errors of a failover, as PostgreSQL and PgBouncer word them. */
const errorClasses: readonly Mode[] = [
  answer('25006', 'cannot execute INSERT in a read-only transaction'),
  answer('40001', 'could not serialize access due to concurrent update'),
  answer('57014', 'canceling statement due to statement timeout'),
  answer('26000', 'prepared statement "S_1" does not exist'),
  answer('57P01', 'terminating connection due to administrator command', 'FATAL'),
  answer('53300', 'sorry, too many clients already', 'FATAL'),
  answer('08P01', 'server login has been failing, cached error: connect failed (server_login_retry)', 'FATAL'),
];

const codeOf = (mode: Mode): string => ('code' in mode ? mode.code : '');

export const course: readonly Stage[] = [
  { name: 'nothing', mode: { does: 'pass' }, forMs: 2_500, thenMs: 0 },
  ...errorClasses.map((mode) => ({ name: `error ${codeOf(mode)}`, mode, forMs: 300, thenMs: 900 })),
  { name: 'connections reset', mode: { does: 'reset' }, forMs: 700, thenMs: 2_000 },
  { name: 'answer lost after the commit', mode: { does: 'lose-answer' }, forMs: 500, thenMs: 1_500 },
  { name: 'commit lost after the tag', mode: { does: 'lose-commit' }, forMs: 500, thenMs: 1_500 },
  {
    name: 'server stops',
    mode: {
      does: 'refuse',
      severity: 'FATAL',
      code: '57P01',
      message: 'terminating connection due to administrator command',
    },
    ...{ forMs: 700, thenMs: 0 },
  },
  {
    name: 'server starts',
    mode: { does: 'refuse-log-in', severity: 'FATAL', code: '57P03', message: 'the database system is starting up' },
    ...{ forMs: 700, thenMs: 2_500 },
  },
  { name: 'nothing answers', mode: { does: 'blackhole' }, forMs: 3_000, thenMs: 6_000 },
];

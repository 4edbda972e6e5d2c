/** Whose sessions used a server's connections up: those of the drill's own probes, or those of clients. */
import { slotOutcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { cutsOf, cutsWithin } from './log-cuts.ts';

const ok = slotOutcomes.indexOf('ok');

export interface Sessions {
  readonly ofProbes: number;
  readonly all: number;
}

/**
 * The sessions that were opened in a stretch of a run, to poolers and past them. A session that is given up while its commit
 * waits keeps its server connection: clients that try again and again use them up. Undefined where no log shows log-ins.
 */
export function sessionsOpened(run: Run, fromUs: number, untilUs: number): Sessions | undefined {
  const isWithin = (us: number): boolean => us >= fromUs && us <= untilUs;
  const count = (event: 'client-login' | 'server-connect' | 'backend-fork'): number =>
    run.poolLogs.reduce((sum, line) => (line.event === event && isWithin(line.atUs) ? sum + line.n : sum), 0);
  const logins = count('client-login');
  if (logins === 0) return undefined;
  const { connects, stack } = run;
  let ofClients = 0;
  for (let i = 0; i < connects.n; i++) {
    const path = connects.paths[connects.path[i]!];
    if (connects.outcome[i] === ok && isWithin(connects.doneUs[i]!) && stack?.poolers.includes(path ?? '')) ofClients++;
  }
  const isCut = (stack?.poolers ?? []).some((name) => cutsWithin(cutsOf(run, name), fromUs, untilUs).length > 0);
  const viaPoolers = Math.max(logins, isCut ? ofClients + freshLogins(run, isWithin) : 0);
  // Past the poolers go the direct probes only; the server's own log counts them, where it was followed.
  const direct = Math.max(0, count('backend-fork') - count('server-connect'));
  return { ofProbes: Math.max(0, viaPoolers - ofClients) + direct, all: viaPoolers + direct };
}

/** Log-ins of probes that connect to a pooler for each request, as the probes count them: a log that lacks lines lacks some. */
function freshLogins({ stack, slots }: Run, isWithin: (us: number) => boolean): number {
  let logins = 0;
  for (const pooler of stack?.poolers ?? []) {
    const { n = 0, outcome, doneUs } = slots.get(`${pooler}-fresh`) ?? {};
    for (let row = 0; row < n; row++) if (outcome![row] === ok && isWithin(doneUs![row]!)) logins++;
  }
  return logins;
}

/** What observers saw of the standbys while commits waited for one, as clauses. */
import { contractOf } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { counted, inSeconds, listed, ms } from '../measured.ts';
import { rejections } from '../poolers/rejections.ts';
import { lookUs } from './edge.ts';

interface Span {
  readonly startUs: number;
  readonly endUs: number;
}

/**
 * A standby that streamed all the time, and that commits do not wait for: `pg3 streamed on as an asynchronous standby, which
 * commits do not wait for until Patroni makes it synchronous (seen 4.3 s after the fault)`; undefined where none did.
 */
export function asynchronousBeside(run: Run, { startUs, endUs }: Span, manager: string): string | undefined {
  const { replicas, notes, stack } = run;
  const names = stack?.instances.map(({ name }) => name) ?? [];
  const beside = names.filter((name) => {
    const own = replicas.filter(({ instance, tUs }) => instance === name && tUs < endUs);
    const within = own.filter(({ tUs }) => tUs >= startUs);
    const looks = within.length > 0 ? within : own.slice(-1);
    return looks.length > 0 && looks.every(({ streaming, syncState }) => streaming && syncState === 'async');
  });
  if (beside.length === 0) return undefined;
  const named = notes
    .flatMap(({ text, tUs }) => {
      const [, name] = /^Patroni: synchronous standby of \S+ is (\S+)$/.exec(text) ?? [];
      return name && beside.includes(name) && tUs > startUs ? [{ name, tUs }] : [];
    })
    .at(0);
  // The look that ended the wait may come a little after it.
  const seen = replicas.find(
    ({ instance, syncState, tUs }) =>
      beside.includes(instance) && syncState === 'sync' && tUs > startUs && tUs < endUs + 5 * lookUs,
  );
  const atUs = Math.min(named?.tUs ?? Number.POSITIVE_INFINITY, seen?.tUs ?? Number.POSITIVE_INFINITY);
  const faultUs = faultWindows(run)[0]?.inject.lo ?? startUs;
  const when = atUs === Number.POSITIVE_INFINITY ? '' : ` (seen ${inSeconds(ms(atUs - faultUs))} s after the fault)`;
  const [is, it] = beside.length === 1 ? ['an asynchronous standby', 'it'] : ['asynchronous standbys', 'one of them'];
  return `${listed(beside)} streamed on as ${is}, which commits do not wait for until ${manager} makes ${it} synchronous${when}`;
}

/** Log-ins that the new primary refused while standbys were away: one that rewinds or copies needs a log-in as well. */
export function refusedWhileAway(run: Run, { startUs, endUs }: Span): string {
  const refused = run.poolLogs.filter(
    ({ event, sqlstate, atUs }) => event === 'error' && sqlstate === '53300' && atUs >= startUs && atUs <= endUs,
  );
  const [first, last] = [refused[0], refused.at(-1)];
  if (!first || !last || rejections(run).count < 10) return '';
  const reserved = run.stack?.settings['postgresql.reserved_connections'];
  const setting = reserved === undefined ? '' : `; reserved_connections = ${reserved}`;
  return `Log-ins were refused from ${inSeconds(ms(first.atUs - startUs))} s to ${inSeconds(ms(last.atUs - startUs))} s of this wait, because all connections were taken: a standby that is rewound needs a log-in too${setting}`;
}

/** Readers that were sent away because a standby was stopped in order, which no fault of the drill does. */
export function stoppedInOrder(run: Run, { startUs, endUs }: Span): string {
  if (run.faults.some(({ fault }) => contractOf(fault)?.inOrder)) return '';
  for (const { stream, n, error, errors, doneUs } of run.slots.values()) {
    if (stream.path !== 'readonly') continue;
    let count = 0;
    for (let i = 0; i < n; i++)
      if (doneUs[i]! >= startUs && doneUs[i]! <= endUs && /^57P03 shutting down/.test(errors[error[i]!] ?? '')) count++;
    if (count > 0)
      return `${counted(count, 'read')} met 57P03 (shutting down): a standby was shut down in order, not by this drill, but as Patroni does before it restarts or rewinds one`;
  }
  return '';
}

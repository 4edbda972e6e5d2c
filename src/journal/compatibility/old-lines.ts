/**
 * Lines of journals from before a field existed, brought into today's shape: whatever was then part of a sentence becomes
 * the field. Measures read fields only.
 */
import { saysTooMany } from '../../postgres/too-many.ts';
import type { EventOf, JournalEvent } from '../event.ts';

/** @returns the line itself where nothing is to be done */
export function withStructure(event: JournalEvent): JournalEvent {
  if (event.kind === 'note') return withDryFault(withLease(event));
  if (event.kind === 'poollog') return withLogFields(event);
  if (event.kind === 'phase') return withAnnouncement(event);
  if (event.kind === 'residue') return withHosts(event);
  return event;
}

const passed = /^the primary lease passed from (\S+) to (\S+)$/;
const released = /^(\S+) released the primary lease$/;

function withLease(note: EventOf<'note'>): EventOf<'note'> {
  if (note.lease) return note;
  const [, from, to] = passed.exec(note.text) ?? [];
  if (from !== undefined && to !== undefined) return { ...note, lease: { from: from === 'nobody' ? '' : from, to } };
  const [, holder] = released.exec(note.text) ?? [];
  return holder === undefined ? note : { ...note, lease: { from: holder, to: '' } };
}

const madeReady = /^dry run: nothing was broken; (\S+) of (\S+) was made ready/;

function withDryFault(note: EventOf<'note'>): EventOf<'note'> {
  const [, fault, target] = (note.dry === undefined && madeReady.exec(note.text)) || [];
  return fault === undefined ? note : { ...note, dry: `${fault} ${target}` };
}

function withLogFields(log: EventOf<'poollog'>): EventOf<'poollog'> {
  const [, pool] = (log.pool === undefined && / for ([^\s/]+\/\S+)$/.exec(log.text)) || [];
  const isRefused = log.sqlstate === undefined && saysTooMany(log.text);
  const isTimeout = log.event === 'server-close' && log.cause === undefined && log.text.startsWith('connect timeout');
  if (pool === undefined && !isRefused && !isTimeout) return log;
  return {
    ...log,
    ...(pool !== undefined && { pool }),
    ...(isRefused && { sqlstate: '53300' }),
    ...(isTimeout && { cause: 'connect timeout' as const }),
  };
}

function withAnnouncement(line: EventOf<'phase'>): EventOf<'phase'> {
  if (line.phase !== 'fault' || line.announces) return line;
  const [, fault, target] = /^(\S+) (.+)$/.exec(line.note ?? '') ?? [];
  return fault === undefined || target === undefined ? line : { ...line, announces: { fault, target } };
}

/** `pg1: firewall rules, stopped processes` was the look at one host. */
function withHosts(line: EventOf<'residue'>): EventOf<'residue'> {
  if (line.hosts) return line;
  const hosts = line.checked.flatMap((entry) => /^([\w-]+): /.exec(entry)?.[1] ?? []);
  return hosts.length === 0 ? line : { ...line, hosts };
}

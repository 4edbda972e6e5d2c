/** The settings that are proposed for a client program before anything has happened to it, by adapter and path. */
import { asksServer, type Remedy, remedies } from './remedies.ts';

/**
 * Limits on waiting, wherever it connects; on an address that can lead to a standby, the question whether a server takes
 * writes; behind a pooler in transaction mode, what that needs.
 * @param path as a client takes it: `direct`, `hosts`, `pooler` …
 * @returns none for a program that is not an adapter
 */
export function proposalFor(uses: string, path: string): readonly Remedy[] {
  const own = remedies[uses];
  if (!own) return [];
  const silent = own.silent?.slice(0, 1) ?? [];
  if (path === 'pooler') return [...silent, ...(own.pooled ?? [])];
  if (path === 'pooler-session') return silent;
  const door = (path === 'hosts' && own.fixed) || own.pinned || [];
  // A limit on how long a connection lives is for a library that cannot ask.
  return [...silent, ...door.slice(0, 1).filter(({ costs }) => costs === asksServer)];
}

/** The same as settings of the adapter, by name. */
export const settingsIn = (some: readonly Remedy[]): Record<string, string> =>
  Object.fromEntries(some.flatMap(({ settings }) => settings.split(',').map((word) => assignment(word))));

function assignment(word: string): [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

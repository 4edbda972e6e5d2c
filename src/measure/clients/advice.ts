/** For a client program that got stuck: what its last errors say, and the settings of its library that bring it back. */
import type { Run } from '../../journal/run.ts';
import { type ClientUse, clientUses } from '../../scenario/client-use.ts';
import type { ProgramResult } from './programs.ts';
import { following, type Remedy, remedies, type Stuck } from './remedies.ts';

/** A setting that brings such a client back. */
interface Way {
  /** In the library's own language. */
  readonly snippet: string;
  /** The same as a client of a drill, so that it can be tried: `psycopg-pool:path=late,target_session_attrs=read-write`. */
  readonly trial: string;
  readonly costs: string;
}

export interface Advice {
  readonly stuck: Stuck;
  readonly clients: number;
  /** The error that most of them got last. */
  readonly error: string;
  /** The first is the one to try first; empty where we know none. */
  readonly ways: readonly Way[];
}

const late = 'without an answer until';

const kindOf = (error: string): Stuck => {
  if (error.startsWith(late)) return 'silent';
  if (error.startsWith('25006')) return 'pinned';
  if (/^(26000|42P05)|prepared statement/i.test(error)) return 'prepared';
  return /no outcome was reported|time-?out|timed out/i.test(error) ? 'silent' : 'refused';
};

/**
 * What to do for clients that never came back, those with the commonest last error first. None where all came back.
 * @param run the run of the program
 */
export function adviceFor(run: Run, program: ProgramResult): Advice[] {
  const stuck = program.returns.filter(({ isStuck }) => isStuck);
  const errors = stuck.map(({ lastRow, firstGoodUs }) => lastError(run, lastRow, lateMs(program, firstGoodUs)));
  const kinds = [...Map.groupBy(errors, kindOf)].sort(([, a], [, b]) => b.length - a.length);
  return kinds.map(([kind, some]) => {
    const [error] = [...Map.groupBy(some, (text) => text)].sort(([, a], [, b]) => b.length - a.length)[0]!;
    return { stuck: kind, clients: some.length, error, ways: waysFor(run, program, kind) };
  });
}

/** How long after the direct path a worker wrote again, s; undefined where it did not. */
function lateMs({ back }: ProgramResult, firstGoodUs: number | undefined): string | undefined {
  if (!back || firstGoodUs === undefined) return undefined;
  return `${late} ${Math.max(0, (firstGoodUs - back.hi) / 1e6).toFixed(0)} s after the direct path was back`;
}

/**
 * A worker that waits behind a request without an outcome has nothing of its own to say. One that came back late has no error
 * in the end.
 */
function lastError({ ops }: Run, lastRow: number, cameLate: string | undefined): string {
  const text = ops.errors[ops.error[lastRow]!];
  if (text === undefined || text === '') return cameLate ?? 'no error';
  return text === 'not sent: no connection' ? 'no outcome was reported' : text;
}

function waysFor({ header }: Run, { client }: ProgramResult, kind: Stuck): Way[] {
  const own = remedies[client.uses];
  const isOneOfThem = client.path === 'hosts' || client.path === 'fixed';
  const found = kind === 'pinned' && isOneOfThem ? [...(own?.fixed ?? []), following] : (own?.[kind] ?? []);
  const use = useOf(header.load, client.program);
  return found.map((remedy) => ({
    snippet: remedy.snippet,
    trial: trialOf(client, use, remedy),
    costs: remedy.costs,
  }));
}

/** How the load names this client. */
function useOf(load: unknown, program: number): ClientUse | undefined {
  const { clients = [] } = load as { clients?: Parameters<typeof clientUses>[0] };
  const use = clientUses(clients)[program];
  return typeof use === 'string' ? undefined : use;
}

/** The client as it was, with the remedy's settings in place of its own. */
function trialOf({ uses, path }: ProgramResult['client'], use: ClientUse | undefined, remedy: Remedy): string {
  const own = Object.entries(use?.settings ?? {});
  const added = remedy.settings.split(',').filter((word) => word !== '');
  const replaced = new Set(added.map((word) => word.split('=')[0]));
  const kept = own.flatMap(([name, value]) => (replaced.has(name) ? [] : [`${name}=${value}`]));
  const way = remedy.path ?? (path.startsWith('pooler') ? 'pooler' : path);
  const words = [...(way === 'pooler' ? [] : [`path=${way}`]), ...kept, ...added];
  return words.length > 0 ? `${uses}:${words.join(',')}` : uses;
}

/** What each kind means, in a sentence that follows a number of clients. */
export const stuckWords: Readonly<Record<Stuck, string>> = {
  pinned: 'stayed connected to a server that takes no writes',
  silent: 'waited for an answer that never came, without a time limit',
  prepared: 'used a prepared statement that its server does not know',
  refused: 'still got errors',
};

/** What is often tried first, and does not help. */
export const inVain: Partial<Record<Stuck, string>> = {
  pinned: 'A health check that only reads (a pre-ping, SELECT 1) does not help: a standby answers it.',
};

/** A former primary that runs again and never follows the new one, in words. */
import type { Run } from '../../journal/run.ts';
import { inSeconds, ms } from '../measured.ts';
import { rejections } from '../poolers/rejections.ts';

interface Words {
  /** Sentences. */
  readonly why: string;
  readonly advice: string;
}

const fewRefused = 10;

/**
 * Of an instance that was the primary of an older timeline and that its last look still finds on that one: it has to be
 * rewound, and rewinding needs a log-in. Undefined for any other.
 */
export function neverRewound(run: Run, instance: string): Words | undefined {
  const own = run.replicas.filter((look) => look.instance === instance && look.timeline > 0);
  const primaries = run.roles.filter(({ role, observer }) => role === 'primary' && observer === 'sql');
  const primary = primaries.at(-1);
  const { timeline } = own.at(-1) ?? {};
  const was = primaries.findLast((one) => one.instance === instance && one.timeline === timeline);
  if (!primary || !was || timeline === undefined || timeline >= (primary.timeline ?? 0)) return undefined;
  const name = primary.instance;
  const back = own.find(({ tUs, syncState }) => tUs > primary.tUs && syncState !== 'primary');
  const why = `${instance} was the primary of timeline ${timeline}, ran again as a standby of it, and never came to timeline ${primary.timeline} of ${name}. A former primary that wrote more than the new one had received has to be rewound first (pg_rewind), and for that it logs in to ${name}.`;
  const free = `Keep connections of ${name} free for the user that rewinds (reserved_connections, and pg_use_reserved_connections granted to it): while none is free, a former primary cannot come back.`;
  return {
    why: `${why}${back ? refusedThen(run, name, back.tUs) : ''}`,
    advice: `${free} Read in the log of its manager whether pg_rewind got a connection.`,
  };
}

/** That log-ins were refused before it was back and after: the most likely reason. */
function refusedThen(run: Run, primary: string, backUs: number): string {
  const { each, count } = rejections(run);
  const [first, last] = [each[0], each.at(-1)];
  if (!first || !last || count < fewRefused || first.atUs > backUs || last.atUs < backUs) return '';
  const max = run.stack?.settings['postgresql.max_connections'];
  const reserved = run.stack?.settings['postgresql.reserved_connections'];
  const all = max === undefined ? 'all' : `all ${max}`;
  const none = reserved === undefined ? '' : ` (reserved_connections = ${reserved})`;
  return ` When it was back, ${primary} had refused log-ins for ${inSeconds(ms(backUs - first.atUs))} s, because ${all} connections were taken${none}, and it refused them for ${inSeconds(ms(last.atUs - backUs))} s more: most likely that kept it from being rewound, and with it every commit that waited for a standby.`;
}

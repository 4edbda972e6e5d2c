/** Limits that end a drill while it runs, because going on would do harm. Pure: lines of the journal in, the reason out. */
import { didYouMean, UsageError } from '../errors.ts';
import { type EventOf, type JournalEvent, slotOutcomes } from '../journal/event.ts';

export interface AbortLimits {
  /** Longest time without a good write on any path, ms. */
  readonly writeOutageMs?: number;
  /** How far a standby may be behind that still streams. */
  readonly lagBytes?: number;
}
const abortLimitNames = ['writeOutageMs', 'lagBytes'] as const;
/** The default limits of drills on existing clusters. */
export const clusterAbortLimits: AbortLimits = { writeOutageMs: 300_000 };

const ok = slotOutcomes.indexOf('ok');

/** `['writeOutageMs=60000']` → limits. @throws UsageError for an unknown name or no number */
export function parseAbortLimits(words: readonly string[]): AbortLimits {
  return Object.fromEntries(
    words.map((word) => {
      const [, name = '', value = ''] = /^(\w+)=(\d+)$/.exec(word) ?? [];
      if (!value) throw new UsageError(`--abort expects limit=number, such as writeOutageMs=60000; it got "${word}"`);
      if (!(abortLimitNames as readonly string[]).includes(name))
        throw new UsageError(`${name} is not a limit that ends a drill${didYouMean(name, abortLimitNames)}`);
      return [name, Number(value)];
    }),
  );
}

/** @returns a function that is given each line of the journal, and gives the reason once a limit is broken */
export function watchLimits(limits: AbortLimits): (event: JournalEvent) => string | undefined {
  const paths = new Map<string, string>();
  const lastGoodUs = new Map<string, number>();
  let reported = false;
  const once = (reason: string | undefined) => {
    if (reported || reason === undefined) return undefined;
    reported = true;
    return reason;
  };

  function outage(event: EventOf<'probe'>): string | undefined {
    if (!paths.has(event.stream)) return undefined;
    const good = event.outcome.lastIndexOf(ok);
    const { fromUs, stepUs, tUs } = event;
    if (good >= 0 || !lastGoodUs.has(event.stream)) lastGoodUs.set(event.stream, fromUs + Math.max(good, 0) * stepUs);
    const ms = (tUs - lastGoodUs.get(event.stream)!) / 1_000;
    if (limits.writeOutageMs === undefined || ms <= limits.writeOutageMs) return undefined;
    return `no good write by ${event.stream} for ${Math.round(ms)} ms, and ${limits.writeOutageMs} ms end the drill`;
  }

  return (event) => {
    if (event.kind === 'stack')
      for (const { name, path } of event.streams) if (path !== 'readonly') paths.set(name, path);
    if (event.kind === 'probe') return once(outage(event));
    if (event.kind !== 'replica' || limits.lagBytes === undefined) return undefined;
    const { instance, streaming, lagBytes } = event;
    if (!streaming || lagBytes <= limits.lagBytes) return undefined;
    return once(`${instance} lags ${lagBytes} bytes behind, and ${limits.lagBytes} end the drill`);
  };
}

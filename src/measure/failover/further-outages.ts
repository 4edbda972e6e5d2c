/** Outages that followed the longest one after a single fault: they are named, and their cause is not guessed. */
import type { Run } from '../../journal/run.ts';
import { episodesOn, longest, type TimedEpisode } from '../availability/episodes.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { counted, inSeconds, listed, ms } from '../measured.ts';
import type { Outage } from './phases.ts';

/** Shorter ones are in the list of outages only. */
const worthUs = 1_000_000;
/** What was seen so long before an outage may have to do with it. */
const shortlyUs = 3_000_000;

/** @returns a sentence with a space before it; empty where none followed, or where another fault may have caused it */
export function furtherOutages(run: Run, { fault, episode, primary }: Outage): string {
  if (faultWindows(run).length !== 1) return '';
  const before = downBeforeFault(run, fault.inject.lo, episode.stream);
  const further = episodesOn(run, episode.stream).filter(
    (one) => one.startUs !== episode.startUs && one.startUs + one.lastedUs > fault.inject.lo,
  );
  const first = longest(further);
  if (!first || first.lastedUs < worthUs) return before;
  const total = inSeconds(ms(further.reduce((sum, { lastedUs }) => sum + lastedUs, 0)));
  const times =
    further.length === 1
      ? `once more, for ${total} s`
      : `${further.length === 2 ? 'twice' : `${further.length} times`} more, ${total} s together, the longest for ${inSeconds(ms(first.lastedUs))} s`;
  const healed = fault.heal && first.startUs - fault.heal.lo;
  const when =
    healed !== undefined && healed >= 0
      ? `${inSeconds(ms(healed))} s after the fault had ended`
      : `${inSeconds(ms(first.startUs - fault.inject.lo))} s after the fault`;
  const seen =
    primary !== undefined &&
    run.roles.findLast(
      ({ observer, role, instance, tUs }) =>
        observer === 'sql' &&
        role === 'primary' &&
        instance !== primary &&
        tUs <= first.startUs &&
        tUs > first.startUs - shortlyUs,
    );
  const role = seen
    ? ` ${seen.instance}, the old primary, had answered as a primary ${inSeconds(ms(first.startUs - seen.tUs))} s before: it did not know yet that ${primary} had replaced it.`
    : '';
  return `${before} Writes went down ${times}, ${when}.${role}${whatWasSeen(run, first, primary)}`;
}

/** What observers saw of a time without writes that has no fault of its own: what it rules out, and what remains. */
function whatWasSeen(run: Run, { startUs, lastedUs }: TimedEpisode, primary: string | undefined): string {
  const endUs = startUs + lastedUs;
  const within = <T extends { readonly tUs: number }>(lines: readonly T[]): T[] =>
    lines.filter(({ tUs }) => tUs >= startUs && tUs <= endUs);
  const logins = run.poolLogs
    .filter(({ event, atUs }) => event === 'server-connect' && atUs >= startUs && atUs <= endUs)
    .reduce((sum, { n }) => sum + n, 0);
  const names = [...Map.groupBy(within(run.replicas), ({ instance }) => instance)]
    .filter(([, looks]) => looks.every(({ streaming, syncState }) => streaming && /^(sync|quorum)$/.test(syncState)))
    .map(([instance]) => instance);
  const seen = [
    logins > 0 ? `${primary ?? 'PostgreSQL'} took ${counted(logins, 'new connection')} from the poolers` : '',
    names.length > 0 ? `${names.join(', ')} streamed as the synchronous standby at every look` : '',
  ].filter(Boolean);
  const roles = within(run.roles).filter(({ role }) => role === 'primary' || role === 'lost' || role === 'elected');
  const open = ' Why writes were down then, no record shows';
  if (roles.length > 0) return `${open}.`;
  if (seen.length === 0) return `${open}: no observer saw another change meanwhile.`;
  const rest =
    names.length > 0 ? ' Commits themselves may have taken longer than a second (disk, processor, locks).' : '';
  return `${open}: meanwhile ${listed([...seen, 'no primary changed'])}.${rest}`;
}

/** An outage that was over before the drill broke anything. */
function downBeforeFault(run: Run, faultUs: number, stream: string): string {
  const own = episodesOn(run, stream).filter(({ startUs, lastedUs }) => startUs + lastedUs <= faultUs);
  const last = own.at(-1);
  if (!last) return '';
  const lasted = inSeconds(ms(own.reduce((sum, { lastedUs }) => sum + lastedUs, 0)));
  const often = own.length === 1 ? `for ${lasted} s` : `${own.length} times, ${lasted} s together`;
  return ` Before the fault writes had already been down ${often}, until ${inSeconds(ms(faultUs - last.startUs - last.lastedUs))} s before it.`;
}

/** Outages that followed the longest one after a single fault: they are named, and their cause is not guessed. */
import type { Run } from '../../journal/run.ts';
import { episodesOn, longest } from '../availability/episodes.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { inSeconds, ms } from '../measured.ts';
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
  const seen = run.roles.findLast(
    ({ observer, role, instance, tUs }) =>
      observer === 'sql' &&
      role === 'primary' &&
      instance !== primary &&
      tUs <= first.startUs &&
      tUs > first.startUs - shortlyUs,
  );
  const role = seen
    ? `; ${seen.instance} had answered as a primary ${inSeconds(ms(first.startUs - seen.tUs))} s before`
    : '';
  return `${before} Writes went down ${times}, ${when}${role}; no record shows why.`;
}

/** An outage that was over before the drill broke anything. */
function downBeforeFault(run: Run, faultUs: number, stream: string): string {
  const own = episodesOn(run, stream).filter(({ startUs, lastedUs }) => startUs + lastedUs <= faultUs);
  const last = own.at(-1);
  if (!last) return '';
  const lasted = inSeconds(ms(own.reduce((sum, { lastedUs }) => sum + lastedUs, 0)));
  return ` Writes had also been down ${own.length === 1 ? 'once' : `${own.length} times`} before the fault, for ${lasted} s, the last time until ${inSeconds(ms(faultUs - last.startUs - last.lastedUs))} s before it.`;
}

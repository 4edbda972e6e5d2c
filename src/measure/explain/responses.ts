/** What of a run may move with a timer: its phases, what pooler and clients added, and the silences of the pooler. ms. */
import type { Run } from '../../journal/run.ts';
import { outages } from '../availability/outage.ts';
import { comparableRecoveries } from '../availability/recoveries.ts';
import { phaseTimes } from '../failover/phases.ts';
import { clientsLateMs } from './clients-late.ts';
import { silences } from './spells.ts';

export const responseNames = [
  'detect',
  'elect',
  'promote',
  'route',
  'penalty',
  'silence at the return',
  'longest silence',
  'hang',
  'clients',
] as const;
export type ResponseName = (typeof responseNames)[number];

/** What belongs together: a timer that moves one of them may well move the others. */
export type Family = 'manager' | 'pooler' | 'clients';
export const familyOf: Readonly<Record<ResponseName, Family>> = {
  ...{ detect: 'manager', elect: 'manager', promote: 'manager', route: 'manager' },
  ...{ penalty: 'pooler', 'silence at the return': 'pooler', 'longest silence': 'pooler', hang: 'pooler' },
  clients: 'clients',
};

/** One run: which timer was moved in it, undefined for none, and what was seen. */
export interface Trial {
  readonly moved: string | undefined;
  readonly seen: Readonly<Partial<Record<ResponseName, number>>>;
  /** `writeOutageMs` and what of it was not the server's: what a cost is a part of. */
  readonly outageMs: number | null;
  readonly penalties: readonly number[];
}

/** Means over the poolers, for they see the same and make one run. */
export function trialOf(run: Run, moved: string | undefined): Trial {
  const seen: Partial<Record<ResponseName, number>> = {};
  let leaseMs = 0;
  for (const { metric, value } of phaseTimes(run)) {
    const name = metric.replace(/Ms$/, '') as ResponseName;
    if (value !== null && responseNames.includes(name)) seen[name] = value;
    // The lease is the first part of a promotion; where there is none it is 0.
    if (metric === 'leaseMs') leaseMs = value ?? 0;
  }
  if (seen.promote !== undefined) seen.promote += leaseMs;
  const penalties = penaltiesOf(run);
  const spells = silences(run);
  const hangs = spells.flatMap(({ hangMs }) => hangMs ?? []);
  const late = clientsLateMs(run);
  if (late.length > 0) seen.clients = mean(late);
  if (penalties.length > 0) seen.penalty = mean(penalties);
  if (spells.length > 0) {
    seen['silence at the return'] = mean(spells.map(({ atReturnMs }) => atReturnMs));
    seen['longest silence'] = mean(spells.map(({ longestMs }) => longestMs));
    seen.hang = hangs.length > 0 ? mean(hangs) : 0;
  }
  return { moved, seen, outageMs: outages(run)[0]?.value ?? null, penalties };
}

/** How much later than the direct stream each pooler was back, ms. */
function penaltiesOf(run: Run): number[] {
  const found = comparableRecoveries(run);
  if (typeof found === 'string' || !found.harmed) return [];
  return found.poolers.map(({ atUs }) => (atUs - found.direct.atUs) / 1000);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Alert conditions that held by another witness than the exporters: whether a scrape showed them, and how late. The
 * witnesses are log-ins that PostgreSQL refused, its own view of its standbys, and its own archive.
 */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { inSeconds, measured, ms, unmeasurable } from '../measured.ts';
import { once } from '../once.ts';
import { rejections } from '../poolers/rejections.ts';
import type { Measured } from '../verdict.ts';
import { type AlertCondition, alertConditions, conditions, tellersOf } from './alerts.ts';

/** Since when a condition held, by that witness. */
interface Witness {
  readonly fromUs: number;
  readonly evidence: readonly number[];
}
export interface Trouble extends Witness {
  readonly name: string;
  /** The first scrape that showed it, by this condition or another that covers it; undefined: none did. */
  readonly shown: EventOf<'alert'> | undefined;
}

/** @returns why it is not measurable, where it is not */
const troubles = once((run: Run): readonly Trouble[] | string => {
  const looked = alertConditions(run);
  if (looked.length === 0) return 'no exporter was scraped';
  const sinceUs = faultWindows(run)[0]?.inject.lo ?? 0;
  const found = looked.flatMap((condition) => {
    const witness = witnessOf(run, condition, sinceUs);
    if (!witness) return [];
    const shown = looked
      .filter(({ name }) => tellersOf(condition.name).includes(name))
      .flatMap(({ firings }) => firings)
      // A condition that ended before does not count.
      .filter(({ until }) => !until || until.tUs > witness.fromUs)
      .sort((a, b) => a.from.tUs - b.from.tUs);
    return [{ ...witness, name: condition.name, shown: shown[0]?.from }];
  });
  return found.length > 0 ? found : 'nothing that an alert watches for was seen by another witness';
});

function witnessOf(run: Run, { name, threshold }: AlertCondition, sinceUs: number): Witness | undefined {
  if (name === conditions.connections) return refused(run, sinceUs);
  if (name === conditions.lag) return lagging(run, threshold, sinceUs);
  return name === conditions.archiving ? stalled(run, threshold, sinceUs) : undefined;
}

function refused(run: Run, sinceUs: number): Witness | undefined {
  const { firstUs, evidence } = rejections(run);
  return firstUs === undefined || firstUs < sinceUs ? undefined : { fromUs: firstUs, evidence };
}

/** A standby that streams and was too far behind in two looks in a row. */
function lagging({ replicas }: Run, threshold: number, sinceUs: number): Witness | undefined {
  for (const looks of Map.groupBy(replicas, ({ instance }) => instance).values()) {
    const behind = looks.map(({ lagBytes, tUs }) => lagBytes > threshold && tUs >= sinceUs);
    const first = behind.findIndex((one, i) => one && behind[i + 1]);
    if (first >= 0) return { fromUs: looks[first]!.tUs, evidence: [looks[first]!.seq] };
  }
  return undefined;
}

/** The archive stood still for as long as the threshold says, s, with files waiting for it. */
function stalled({ archives }: Run, threshold: number, sinceUs: number): Witness | undefined {
  let waiting: (typeof archives)[number] | undefined;
  for (const look of archives) {
    const goesOn = waiting && look.waiting > 0 && look.archived === waiting.archived;
    if (!goesOn) waiting = look.waiting > 0 ? look : undefined;
    else if (look.tUs >= sinceUs && look.tUs - waiting!.tUs > threshold * 1e6)
      return { fromUs: waiting!.tUs + threshold * 1e6, evidence: [waiting!.seq, look.seq] };
  }
  return undefined;
}

/** That the connections ran out, and what showed it; undefined where they did not, or where nothing was scraped. */
export function connectionsTrouble(run: Run): Trouble | undefined {
  const found = troubles(run);
  return typeof found === 'string' ? undefined : found.find(({ name }) => name === conditions.connections);
}

/** The lines of the log-ins that were refused without anything that showed it: monitoring slept. */
export function sleptThrough(run: Run): readonly number[] {
  const trouble = connectionsTrouble(run);
  return trouble && !trouble.shown ? trouble.evidence : [];
}

/** `missedAlerts`: conditions that held by another witness, and that no scrape showed. */
export function missedAlerts(run: Run): Measured {
  const metric = 'missedAlerts';
  const found = troubles(run);
  if (typeof found === 'string') return unmeasurable(metric, found);
  const missed = found.filter(({ shown }) => !shown);
  const evidence = (missed.length > 0 ? missed : found).flatMap((one) => one.evidence);
  const note = missed.length > 0 ? missed.map(({ name }) => name).join(', ') : 'each was reported';
  return measured(metric, { value: missed.length, lower: missed.length, upper: missed.length, evidence, note });
}

/**
 * `alertDelayMs`: from the moment when a condition held by that witness until a scrape showed it; of several the longest.
 * 0 where monitoring knew before. One that was not shown until the end: a lower bound.
 */
export function alertDelay(run: Run): Measured {
  const metric = 'alertDelayMs';
  const found = troubles(run);
  if (typeof found === 'string') return unmeasurable(metric, found);
  const lastUs = run.alerts.at(-1)?.tUs ?? 0;
  const delays = found.map(({ name, fromUs, shown, evidence }) => ({
    ...{ name, shown, evidence: shown ? [shown.seq] : evidence },
    delayMs: Math.max(0, ms((shown?.tUs ?? lastUs) - fromUs)),
  }));
  const worst = Math.max(...delays.map(({ delayMs }) => delayMs));
  const by = (name: string, shown: Trouble['shown']) => (shown && shown.name !== name ? ` by ${shown.name}` : '');
  const each = delays.map(
    ({ name, shown, delayMs }) => `${name} ${shown ? '' : 'not within '}${inSeconds(delayMs)} s${by(name, shown)}`,
  );
  return measured(metric, {
    ...{ value: worst, lower: worst, upper: delays.some(({ shown }) => !shown) ? null : worst },
    evidence: delays.flatMap(({ evidence }) => evidence),
    note: each.join(', '),
  });
}

/** Which settings decide how long a fault may last: those that the manager waits by, or whose time lies near. */
import { contractOf, isFault } from '../../faults/index.ts';
import { predict, predictUnready, type SettingsInForce } from '../failover/predict.ts';
import type { Threshold } from './estimate.ts';

/** What the timeouts say of a dose in ms. */
export interface Decided {
  /** As a sentence. */
  readonly text: string;
  /** When the manager gives a primary up by the timeouts alone, ms; absent where no model covers the fault. */
  readonly predicted?: { readonly lowMs: number; readonly highMs: number };
}

/** A timeout within this factor of the threshold may be what decides it. */
const near = 1.6;

/**
 * @param settings in force, by `program.setting`, a number first
 * @returns undefined where no failover was seen, so that nothing decided
 */
export function decidedBy(fault: string, settings: SettingsInForce, found: Threshold): Decided | undefined {
  if (found.replaced === undefined) return undefined;
  const detect = detectOf(fault, settings);
  if (detect) {
    const { lowMs, highMs, why } = detect;
    const agrees = found.lower <= highMs && (found.upper ?? Number.POSITIVE_INFINITY) >= lowMs;
    const text = `the timeouts say ${seconds(lowMs)} to ${seconds(highMs)}: ${why}${agrees ? '' : '; this is not what was found'}`;
    return { text, predicted: { lowMs, highMs } };
  }
  const close = Object.entries(settings)
    .map(([name, value]) => ({ name, value, ms: millisecondsOf(value) }))
    .filter(({ ms }) => ms !== undefined && ms > found.lower / near && ms < (found.upper ?? found.dose) * near)
    .map(({ name, value }) => `${name.slice(name.indexOf('.') + 1)} = ${value}`);
  if (close.length === 0) return { text: 'no timeout in force is near it' };
  return { text: `timeouts in force near it: ${close.join(', ')}; move one with --with and compare` };
}

/**
 * When the manager gives up an instance that it cannot ask, or cannot decide about: as one that is isolated, for its claim
 * runs out in the same way.
 */
function detectOf(fault: string, settings: SettingsInForce) {
  const { noticedAs, hidesFromManager, instance, takesNode } = contractOf(fault) ?? {};
  if (!isFault(fault) || (noticedAs !== 'silence' && !hidesFromManager)) return undefined;
  const unready = instance === 'stopped' && !takesNode && predictUnready(settings);
  if (unready) return unready;
  const phases = (predict(fault, settings) ?? predict('isolate', settings))?.phases;
  return phases?.find(({ phase }) => phase === 'detect');
}

const seconds = (ms: number): string => `${Number((ms / 1_000).toFixed(1))} s`;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000 };

/** `20 s`, `5000 ms`, `5s` → ms; undefined for what is not a time. */
function millisecondsOf(value: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?(ms|s|min)$/.exec(value) ?? [];
  return unit === undefined ? undefined : Number(number) * unitMs[unit]!;
}

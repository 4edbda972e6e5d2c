/** Whether a setting takes the value that it was given; the same sentences for every stack. */
import { didYouMean, UsageError } from '../errors.ts';
import type { Knobs, Setting, Takes } from './setting.ts';

type Table = Readonly<Record<string, { readonly takes: Takes }>>;

/**
 * @param whose how the sentence names what has the settings: `the stack lab`
 * @throws UsageError with the nearest name for a setting that the table does not have, and for a value that it does not take
 */
export function refuseSettings(whose: string, table: Table, asked: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(asked)) {
    if (!Object.hasOwn(table, name))
      throw new UsageError(`${whose} has no setting ${shown(name)}${didYouMean(name, Object.keys(table))}`);
    const { takes } = table[name]!;
    if (!fits(value, takes))
      throw new UsageError(
        `the setting ${name} takes ${describe(takes)}, but ${shown(value)} was given${correction(name, value, takes)}`,
      );
  }
}

function fits(value: string, takes: Takes): boolean {
  if (takes.kind === 'words') return takes.words.includes(value);
  // No sign, no exponent, no leading zeros of another base: what every program reads as the same number.
  return /^\d{1,16}$/.test(value) && Number(value) >= takes.least && Number(value) <= takes.most;
}

const unitNames = { '': '', ms: ' of ms', s: ' of s', MB: ' of MB', bytes: ' of bytes' } as const;

/** `a whole number of s, 20 or more`, `transaction or session`. */
export function describe(takes: Takes): string {
  if (takes.kind === 'words') return takes.words.join(' or ');
  const { unit, least, most } = takes;
  const range = most < 2 ** 31 - 1 ? ` from ${least} to ${most}` : least > 0 ? `, ${least} or more` : '';
  return `a whole number${unitNames[unit]}${range}`;
}

/** A value with its own unit is understood well enough to show what to write. */
function correction(name: string, value: string, takes: Takes): string {
  if (takes.kind !== 'number' || takes.unit === '') return '';
  const [, number, unit] = /^(\d+) ?(ms|s|min|m|h)$/.exec(value) ?? [];
  const inMs = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 } as const;
  if (!number || !unit || (takes.unit !== 's' && takes.unit !== 'ms')) return '';
  const written = String((Number(number) * inMs[unit as keyof typeof inMs]) / inMs[takes.unit]);
  return fits(written, takes) ? `: write ${name}=${written}` : '';
}

/** Control characters of a value never reach a terminal as they are. */
const shown = (text: string): string => (/^[\w.-]+$/.test(text) ? text : JSON.stringify(text));

/**
 * What `--with` may change: a line of help for each setting.
 * @param programOf the program that has the setting
 */
export function knobs<S extends Setting>(table: Readonly<Record<string, S>>, programOf: (row: S) => string): Knobs {
  return Object.fromEntries(
    Object.entries(table).map(([name, row]) => {
      const unit = row.takes.kind === 'number' ? row.takes.unit : '';
      const help = `${programOf(row)}, default ${row.default}${unit && ` ${unit}`}: ${row.why}`;
      return [name, { takes: row.takes, help }];
    }),
  );
}

/** What a table of settings holds: a row for each, with the values that it takes. */

/** The values of a setting: a whole number in a range, or one of a few words. */
export type Takes =
  | {
      readonly kind: 'number';
      /** `''` for a count. */
      readonly unit: '' | 'ms' | 's' | 'MB' | 'bytes';
      readonly least: number;
      readonly most: number;
    }
  | { readonly kind: 'words'; readonly words: readonly string[] };

export interface Setting {
  readonly takes: Takes;
  /** The program's own default. */
  readonly default: string;
  /** Absent: the default is kept. */
  readonly recommended?: string;
  readonly why: string;
}

/** What `--with` may change on a stack, by name: the values that it takes, and one line of help. */
export type Knobs = Readonly<Record<string, { readonly takes: Takes; readonly help: string }>>;

/** Programs keep whole numbers in 32 bits, with few exceptions. */
const most = 2 ** 31 - 1;

export const seconds = (range: { least?: number; most?: number } = {}): Takes => number('s', range);
export const milliseconds = (range: { least?: number; most?: number } = {}): Takes => number('ms', range);
export const count = (range: { least?: number; most?: number } = {}): Takes => number('', range);
export const size = (unit: 'MB' | 'bytes'): Takes => number(unit, { most: Number.MAX_SAFE_INTEGER });
export const words = (...words: readonly string[]): Takes => ({ kind: 'words', words });

const number = (unit: (Takes & { kind: 'number' })['unit'], range: { least?: number; most?: number }): Takes => ({
  kind: 'number',
  unit,
  least: 0,
  most,
  ...range,
});

/** `''` for words and counts. */
export const unitOf = (takes: Takes | undefined): string => (takes?.kind === 'number' ? takes.unit : '');

/** The value with its unit, as facts and plans show it: `1 s`, `transaction`. */
export function withUnit(value: unknown, takes: Takes | undefined): string {
  const text = String(value ?? 'unknown');
  const unit = unitOf(takes);
  return unit && /^\d+$/.test(text) ? `${text} ${unit}` : text;
}

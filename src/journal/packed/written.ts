/**
 * How a packed block writes numbers: so that zstd, whose Huffman codes count single characters, comes near the least room
 * that they can take. Digits of decimal text cost a quarter more, and a comma each time.
 *
 *     7                                         the same number in every place
 *     [5,7,7]                                   the numbers, where there are few
 *     {"from":60,"digits":["(#)","##$"]}        60 + the digits of each, to base 64, the lowest first: 65, 60, 130
 *     {"values":[200,120],"places":"##$c","rest":[7]}  the place of each among the values; a `c` is the next of the rest
 *
 * A digit is a character: `#` is 0, `$` 1 and so on until `c`, which is 63; the backslash is left out.
 * docs/journal.md describes all of it for readers of journals, with a program for jq.
 */
import type { Numbers } from '../columns/table.ts';

export type Written = number | Numbers | Digits | Places;
interface Digits {
  readonly from: number;
  readonly digits: readonly string[];
}
interface Places {
  readonly values: Numbers;
  readonly places: string;
  readonly rest?: Written;
}

const base = 64;
const firstCode = 35;
const backslash = 92;
/** The character of the digit 63, which in `places` stands for a number that is not among the values. */
const lastDigit = base - 1;

const codeOf = (digit: number): number => {
  const code = firstCode + digit;
  return code < backslash ? code : code + 1;
};
const digitOf = (code: number): number => (code < backslash ? code - firstCode : code - firstCode - 1);

/** About how many bits a form takes once it is compressed. */
interface Candidate {
  readonly form: Written;
  readonly bits: number;
}

/** Fewer numbers than this are written as they are. */
const fewest = 8;
/** Bits of a character that stands alone in the text, and of what surrounds a string of digits. */
const [bitsOfText, bitsOfString] = [5, 200];

/** The shortest way to write whole numbers, with an estimate of its length, bits. */
export function shortest(numbers: Float64Array): Candidate {
  const [first] = numbers;
  if (first !== undefined && !numbers.some((number) => number !== first))
    return { form: first, bits: bitsOfText * String(first).length };
  const plain = Array.from(numbers);
  if (numbers.length < fewest) return { form: plain, bits: bitsOfText * JSON.stringify(plain).length };
  const digits = inDigits(numbers);
  const places = inPlaces(numbers);
  if (!digits) return { form: plain, bits: bitsOfText * JSON.stringify(plain).length };
  return places && places.bits < digits.bits ? places : digits;
}

/** A narrow range of numbers that straddles a change of the second digit costs more than one that does not. */
const shifts = [0, 16, 32, 48];
/** In a wider one most digits are random, wherever it begins. */
const narrow = base * base;

/** @returns undefined where a number is too large to be written so */
function inDigits(numbers: Float64Array): Candidate | undefined {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const number of numbers) {
    if (number < least) least = number;
    if (number > most) most = number;
  }
  if (!Number.isSafeInteger(most - least + base)) return undefined;
  const best = (most - least < narrow ? shifts : [0])
    .map((shift) => ({ from: least - shift, ...planesOf(numbers, least - shift, most) }))
    .reduce((a, b) => (b.bits < a.bits ? b : a));
  return { form: { from: best.from, digits: best.planes.map(textOf) }, bits: best.bits };
}

/** The first digits of all numbers, then the second ones, and so on. */
function planesOf(numbers: Float64Array, from: number, most: number) {
  const planes: Uint8Array[] = [];
  let bits = 0;
  for (let unit = 1; unit === 1 || unit <= most - from; unit *= base) {
    const plane = new Uint8Array(numbers.length);
    // The operators for bits take a fraction of the time, and know 31 of them.
    const shift = Math.log2(unit);
    if (most - from < 2 ** 31)
      for (let i = 0; i < plane.length; i++) plane[i] = ((numbers[i]! - from) >> shift) & lastDigit;
    else for (let i = 0; i < plane.length; i++) plane[i] = Math.floor((numbers[i]! - from) / unit) % base;
    planes.push(plane);
    bits += bitsOf(plane) + bitsOfString;
  }
  return { planes, bits };
}

/** Where more than half of this many numbers occur once, a list of values is not worth its room. */
const sampled = 512;

/** The commonest numbers by their place in a list; those that occur once are in the rest. */
function inPlaces(numbers: Float64Array): Candidate | undefined {
  if (new Set(numbers.subarray(0, sampled)).size > sampled / 2) return undefined;
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  const values = [...counts]
    .filter(([, count]) => count > 1)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, lastDigit)
    .map(([number]) => number);
  if (values.length === 0) return undefined;
  const placeOf = new Map(values.map((number, place) => [number, place]));
  const plane = Uint8Array.from(numbers, (number) => placeOf.get(number) ?? lastDigit);
  const others = numbers.filter((number) => !placeOf.has(number));
  const rest = others.length > 0 ? shortest(others) : undefined;
  const bits = bitsOf(plane) + bitsOfString + bitsOfText * JSON.stringify(values).length + (rest?.bits ?? 0);
  return { form: { values, places: textOf(plane), ...(rest && { rest: rest.form }) }, bits };
}

/** The entropy of a string of digits by how often each occurs (Shannon 1948). */
function bitsOf(plane: Uint8Array): number {
  const counts = new Float64Array(base);
  for (const digit of plane) counts[digit]!++;
  return counts.reduce((bits, count) => (count > 0 ? bits - count * Math.log2(count / plane.length) : bits), 0);
}

const textOf = (plane: Uint8Array): string => Buffer.from(plane.map(codeOf)).toString('latin1');

/**
 * The numbers that were written: `n` of them.
 * @throws Error in plain words where it is none of the forms, or holds another number of them
 */
export function numbersIn(written: unknown, n: number): Float64Array {
  if (Number.isSafeInteger(written)) return new Float64Array(n).fill(written as number);
  const numbers = listed(written, n);
  if (numbers.length !== n) throw new Error(`a column holds ${numbers.length} numbers instead of ${n}`);
  return numbers;
}

function listed(written: unknown, n: number): Float64Array {
  if (isWholeNumbers(written)) return Float64Array.from(written);
  const { from, digits, values, places, rest } = (written ?? {}) as Record<string, unknown>;
  if (Number.isSafeInteger(from) && Array.isArray(digits)) return sumOf(from as number, digits, n);
  if (isWholeNumbers(values) && typeof places === 'string') return placed(values, places, rest);
  throw new Error('a column has none of the forms of packed numbers');
}

const isWholeNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isSafeInteger);

function sumOf(from: number, planes: readonly unknown[], n: number): Float64Array {
  const numbers = new Float64Array(n).fill(from);
  let unit = 1;
  for (const plane of planes) {
    if (typeof plane !== 'string' || plane.length !== n)
      throw new Error(`a column does not have ${n} digits of a kind`);
    for (let i = 0; i < n; i++) numbers[i] = numbers[i]! + unit * checkedDigit(plane.charCodeAt(i));
    unit *= base;
  }
  return numbers;
}

function placed(values: readonly number[], places: string, rest: unknown): Float64Array {
  const numbers = new Float64Array(places.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = checkedDigit(places.charCodeAt(i));
  const others = numbersIn(rest ?? [], numbers.filter((place) => place === lastDigit).length);
  let next = 0;
  for (let i = 0; i < numbers.length; i++) {
    const place = numbers[i]!;
    const number = place === lastDigit ? others[next++] : values[place];
    if (number === undefined) throw new Error(`a column names the value ${place} of ${values.length}`);
    numbers[i] = number;
  }
  return numbers;
}

function checkedDigit(code: number): number {
  const digit = digitOf(code);
  if (digit < 0 || digit > lastDigit || code === backslash) throw new Error('a column has a digit that does not exist');
  return digit;
}

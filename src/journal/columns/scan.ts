/**
 * Reads a line of batches from its bytes straight into arrays of numbers: a line of a thousand writes holds ten thousand
 * numbers, and as one JavaScript array each they take most of the time of reading a journal.
 *
 * It knows the plain shape that this program writes and nothing else. Of any other line (spaces, fractions, a number of 16
 * digits, a field that comes twice or is missing) it says nothing, and the caller reads that as JSON against the schema.
 */
import type { ConnectBatch } from './connects.ts';
import type { OpBatch } from './ops.ts';
import type { ProbeBatch } from './slots.ts';

/** A scanned line. Its columns are valid until the next line is scanned. */
export type Scanned =
  | ({ readonly kind: 'op'; readonly tUs: number } & OpBatch)
  | ({ readonly kind: 'connect'; readonly tUs: number } & ConnectBatch)
  | ({ readonly kind: 'probe'; readonly tUs: number } & ProbeBatch);

type FieldType = 'count' | 'integer' | 'positive' | 'text' | 'texts' | 'column' | 'column, if any';

const common = {
  seq: 'count',
  tUs: 'integer',
  n: 'count',
  outcome: 'column',
  error: 'column',
  errors: 'texts',
} as const;
const served = { server: 'column', servers: 'texts' } as const;
/** The fields of each kind of line, as the schema has them. */
const shapes: Readonly<Record<Scanned['kind'], Readonly<Record<string, FieldType>>>> = {
  op: {
    ...{ ...common, ...served, baseUs: 'integer', worker: 'column', op: 'column', request: 'column, if any' },
    ...{ due: 'column', late: 'column', sent: 'column', done: 'column', timeline: 'column', lsn: 'column' },
  },
  connect: {
    ...{ ...common, baseUs: 'integer', client: 'column', path: 'column', paths: 'texts' },
    ...{ start: 'column', took: 'column' },
  },
  probe: {
    ...{ ...common, ...served, stream: 'text', firstSlot: 'count', fromUs: 'integer', stepUs: 'positive' },
    ...{ late: 'column', took: 'column', saw: 'column' },
  },
};

const [quote, comma, minus, zero, nine, colon, open, close, backslash] = [34, 44, 45, 48, 57, 58, 91, 93, 92];
const [objectOpen, objectClose] = [123, 125];
/** Integers of more digits may be beyond what a number holds exactly. */
const mostDigits = 15;
/** The kind of a line stands within so many bytes. */
const headBytes = 64;
const none: readonly never[] = [];
const head = /^\{(?:"(?:seq|tUs)":-?\d+,)*"kind":"(op|connect|probe)"/;

export class Scanner {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Arrays for the columns of one line, which those of the next reuse. */
  readonly #pool: Float64Array[] = [];
  #used = 0;

  /** @returns the line that these bytes hold, or undefined where it has to be read otherwise */
  scan(bytes: Buffer, from: number, to: number): Scanned | undefined {
    const kind = head.exec(bytes.toString('latin1', from, Math.min(to, from + headBytes)))?.[1] as
      | Scanned['kind']
      | undefined;
    if (kind === undefined) return undefined;
    this.#bytes = bytes;
    this.#at = from;
    this.#used = 0;
    const found = this.#object();
    // A packed line may look like a plain one, and means something else.
    if (!found || this.#at !== to || Object.hasOwn(found, 'packed') || !isWhole(found, kind)) return undefined;
    return found as unknown as Scanned;
  }

  /** `{"name":value,…}` without spaces. */
  #object(): Record<string, unknown> | undefined {
    const found: Record<string, unknown> = {};
    let next = objectOpen;
    while (this.#bytes[this.#at] === next) {
      this.#at++;
      const name = this.#text();
      if (name === undefined || Object.hasOwn(found, name) || this.#bytes[this.#at++] !== colon) return undefined;
      const value = this.#value();
      if (value === undefined) return undefined;
      found[name] = value;
      next = comma;
    }
    return this.#bytes[this.#at++] === objectClose ? found : undefined;
  }

  #value(): unknown {
    const byte = this.#bytes[this.#at]!;
    if (byte === quote) return this.#text();
    if (byte !== open) return this.#integer();
    return this.#bytes[this.#at + 1] === quote ? this.#texts() : this.#column();
  }

  /** A string; its escapes are those of JSON. */
  #text(): string | undefined {
    const start = this.#at;
    if (this.#bytes[this.#at++] !== quote) return undefined;
    let isPlain = true;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || byte < 32) return undefined;
      if (byte === quote) break;
      if (byte !== backslash) continue;
      isPlain = false;
      this.#at++;
    }
    if (isPlain) return this.#bytes.toString('utf8', start + 1, this.#at - 1);
    return parsed(this.#bytes.toString('utf8', start, this.#at)) as string | undefined;
  }

  #texts(): string[] | undefined {
    const found: string[] = [];
    let next = open;
    while (this.#bytes[this.#at] === next) {
      this.#at++;
      const text = this.#text();
      if (text === undefined) return undefined;
      found.push(text);
      next = comma;
    }
    return this.#bytes[this.#at++] === close ? found : undefined;
  }

  #integer(): number | undefined {
    const column = this.#numbers(0);
    return column?.length === 1 ? column[0] : undefined;
  }

  /** `[1,-2,…]`, or `[]`, which may stand for texts as well. */
  #column(): Float64Array | readonly never[] | undefined {
    this.#at++;
    if (this.#bytes[this.#at] === close) {
      this.#at++;
      return none;
    }
    const column = this.#numbers(Number.POSITIVE_INFINITY);
    return this.#bytes[this.#at++] === close ? column : undefined;
  }

  /** Integers with commas between them; after `more` commas the next one ends the list. */
  #numbers(more: number): Float64Array | undefined {
    const bytes = this.#bytes;
    let at = this.#at;
    let column = (this.#pool[this.#used] ??= new Float64Array(4096));
    let n = 0;
    for (;;) {
      const isNegative = bytes[at] === minus;
      if (isNegative) at++;
      const start = at;
      let value = 0;
      let byte = bytes[at]!;
      while (byte >= zero && byte <= nine) {
        value = value * 10 + (byte - zero);
        byte = bytes[++at]!;
      }
      const digits = at - start;
      if (digits === 0 || digits > mostDigits || (bytes[start] === zero && (digits > 1 || isNegative)))
        return undefined;
      if (n === column.length) column = this.#larger(column);
      column[n++] = isNegative ? -value : value;
      if (byte !== comma || n > more) break;
      at++;
    }
    this.#at = at;
    this.#used++;
    return column.subarray(0, n);
  }

  #larger(column: Float64Array): Float64Array {
    const larger = new Float64Array(2 * column.length);
    larger.set(column);
    this.#pool[this.#used] = larger;
    return larger;
  }
}

/** A line whose columns are arrays already, if it has all that a line of its kind has. */
export const asScanned = (line: Readonly<Record<string, unknown>>): Scanned | undefined =>
  typeof line.kind === 'string' && Object.hasOwn(shapes, line.kind) && isWhole(line, line.kind as Scanned['kind'])
    ? (line as unknown as Scanned)
    : undefined;

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Whether each field of the schema exists and has its type; fields beyond those are left alone. */
function isWhole(found: Readonly<Record<string, unknown>>, kind: Scanned['kind']): boolean {
  return Object.entries(shapes[kind]).every(([name, type]) => isOf(type, found[name]));
}

function isOf(type: FieldType, value: unknown): boolean {
  switch (type) {
    case 'count':
      return typeof value === 'number' && value >= 0;
    case 'integer':
      return typeof value === 'number';
    case 'positive':
      return typeof value === 'number' && value > 0;
    case 'text':
      return typeof value === 'string';
    case 'texts':
      return Array.isArray(value);
    case 'column':
      return value instanceof Float64Array || value === none;
    case 'column, if any':
      return value === undefined || isOf('column', value);
  }
}

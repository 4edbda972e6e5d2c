/** Messages of PostgreSQL's protocol, cut out of a stream of bytes. */

export interface Frame {
  /** `Q`, `B`, `S` …; empty for the first packet of a connection, which has none. */
  readonly type: string;
  /** The whole message, with type and length. */
  readonly bytes: Buffer;
}

export class Frames {
  #rest: Buffer = Buffer.alloc(0);
  #typed: boolean;

  /** @param typed whether messages begin with their type: all do but the first of a client */
  constructor(typed: boolean) {
    this.#typed = typed;
  }

  /** From the next message on messages have a type. */
  becomeTyped(): void {
    this.#typed = true;
  }

  /** The messages that are complete. A generator, so that a message can change how the next is read. */
  *take(bytes: Buffer): Generator<Frame> {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const at = this.#typed ? 1 : 0;
      if (this.#rest.length < at + 4) return;
      const length = at + this.#rest.readInt32BE(at);
      if (length < at + 4) throw new RangeError(`a message of ${length} bytes`);
      if (this.#rest.length < length) return;
      const frame = { type: at ? String.fromCharCode(this.#rest[0]!) : '', bytes: this.#rest.subarray(0, length) };
      this.#rest = this.#rest.subarray(length);
      yield frame;
    }
  }
}

/** Codes of the first packet of a client that asks for encryption. */
export const sslRequest = 80_877_103;
export const gssRequest = 80_877_104;

const text = (value: string): Buffer => Buffer.from(`${value}\0`);

/** An ErrorResponse. */
export function errorResponse(severity: 'ERROR' | 'FATAL', code: string, message: string): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${message}`].map(text);
  const body = Buffer.concat([...fields, Buffer.from([0])]);
  const head = Buffer.alloc(5, 'E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** ReadyForQuery, outside of a transaction. */
export const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
/** Flush: the server sends what it has, and commits nothing. */
export const flush = Buffer.from([0x48, 0, 0, 0, 4]);

/** The integers among the parameters of a Bind message, in text or binary. */
export function boundIntegers({ bytes }: Frame): number[] {
  let at = bytes.indexOf(0, 5) + 1;
  at = bytes.indexOf(0, at) + 1;
  const formats: number[] = [];
  const n = bytes.readInt16BE(at);
  at += 2;
  for (let i = 0; i < n; i++, at += 2) formats.push(bytes.readInt16BE(at));
  const values: number[] = [];
  const parameters = bytes.readInt16BE(at);
  at += 2;
  for (let i = 0; i < parameters; i++) {
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length < 0) continue;
    const value = bytes.subarray(at, at + length);
    at += length;
    const isBinary = (formats.length === 1 ? formats[0] : formats[i]) === 1;
    values.push(isBinary ? value.readIntBE(0, Math.min(6, length)) : Number(value.toString()));
  }
  return values;
}

/** Worker and op of a write in the simple protocol: the last two integers of its values. */
export function writtenIntegers({ bytes }: Frame): number[] {
  const [, values] = /values\s*\(([^)]*)/i.exec(bytes.subarray(5).toString()) ?? [];
  return [...(values ?? '').matchAll(/\d+/g)].map(([number]) => Number(number)).slice(0, 2);
}

/**
 * For tests only: messages as a server of PostgreSQL sends them.
 * Formats: https://www.postgresql.org/docs/current/protocol-message-formats.html
 */

export const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
export const int16 = (value: number): Buffer => int32(value).subarray(2);
export const text = (value: string): Buffer => Buffer.from(`${value}\0`);
export const message = (type: string, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
};

/** WAL positions as PostgreSQL writes them. */

/** A byte position as `16/B374D848`. */
export function lsnText(bytes: number): string {
  const high = Math.floor(bytes / 2 ** 32);
  const low = bytes - high * 2 ** 32;
  return `${high.toString(16)}/${low.toString(16)}`.toUpperCase();
}

/** `16/B374D848` as a byte position. */
export const lsnBytes = (lsn: string): number => {
  const [high = '0', low = '0'] = lsn.split('/');
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
};

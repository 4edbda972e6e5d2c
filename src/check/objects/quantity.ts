/** Sizes: Kubernetes' quantities (`10Gi`) and PostgreSQL's (`4GB`, whose units are powers of 1024). */

const kubernetes: Readonly<Record<string, number>> = {
  '': 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
};
const postgres: Readonly<Record<string, number>> = {
  B: 1,
  kB: 2 ** 10,
  MB: 2 ** 20,
  GB: 2 ** 30,
  TB: 2 ** 40,
};

/** @returns bytes; undefined where it is not a quantity of Kubernetes */
export const bytesOf = (text: string | undefined): number | undefined => sized(text, kubernetes, 1);

/** @param unit bytes of a number without a unit, which differs from setting to setting */
export const settingBytes = (text: string | undefined, unit: number): number | undefined => sized(text, postgres, unit);

function sized(text: string | undefined, units: Readonly<Record<string, number>>, unit: number): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(text ?? '');
  if (!match) return undefined;
  const factor = match[2] === '' ? unit : units[match[2]!];
  return factor === undefined ? undefined : Number(match[1]) * factor;
}

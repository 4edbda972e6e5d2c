/** Settings over a user's objects, and out of them. */

import type { KubeObject } from '../../cnpg/objects.ts';
import { type Chosen, type Place, settings } from '../../cnpg/settings.ts';
import type { Mutable } from './change.ts';

/** Where in which object a place is. */
const places: Readonly<Record<Place, { readonly kind: 'Cluster' | 'Pooler'; readonly path: readonly string[] }>> = {
  pgbouncer: { kind: 'Pooler', path: ['spec', 'pgbouncer', 'parameters'] },
  cluster: { kind: 'Cluster', path: ['spec'] },
  lease: { kind: 'Cluster', path: ['spec', 'primaryLease'] },
  monitoring: { kind: 'Cluster', path: ['spec', 'monitoring'] },
  postgresql: { kind: 'Cluster', path: ['spec', 'postgresql', 'parameters'] },
  synchronous: { kind: 'Cluster', path: ['spec', 'postgresql', 'synchronous'] },
};
/** These fields are numbers in the API; PostgreSQL's and PgBouncer's parameters are strings. */
const numeric: ReadonlySet<Place> = new Set(['cluster', 'lease']);
/** Without a unit PostgreSQL takes these for milliseconds, and the API takes no duration. */
const withUnit: ReadonlySet<Place> = new Set(['monitoring', 'postgresql']);

/** @returns the objects with the settings in them; the given ones are not changed */
export const withSettings = (objects: readonly KubeObject[], chosen: Chosen): KubeObject[] =>
  objects.map((object) => {
    const copy = structuredClone(object) as Mutable;
    for (const [place, { kind, path }] of Object.entries(places) as [Place, (typeof places)[Place]][])
      if (kind === copy.kind)
        for (const [key, value] of Object.entries(chosen[place])) {
          if (key === 'pool_mode') (copy.spec.pgbouncer ??= {}).poolMode = value;
          else path.reduce((at: Mutable, step) => (at[step] ??= {}), copy)[key] = written(place, value);
        }
    return copy as KubeObject;
  });

function written(place: Place, value: string): string | number | boolean {
  if (place === 'synchronous' && /^(on|off)$/.test(value)) return value === 'on';
  if (numeric.has(place)) return Number(value);
  return withUnit.has(place) ? `${value}s` : value;
}

/** The settings that the objects have, in the unit of each setting. One in another form is left out. */
export function settingsIn(objects: readonly KubeObject[]): Chosen {
  const found: Record<Place, Record<string, string>> = {
    pgbouncer: {},
    cluster: {},
    lease: {},
    monitoring: {},
    postgresql: {},
    synchronous: {},
  };
  for (const { place, key } of Object.values(settings)) {
    const { kind, path } = places[place];
    const object = objects.find((one) => one.kind === kind) as Mutable;
    const value =
      key === 'pool_mode'
        ? (object?.spec?.pgbouncer?.poolMode ?? 'session')
        : path.reduce((at, step) => at?.[step], object)?.[key];
    const text = value === undefined ? undefined : inUnit(place, String(value));
    if (text !== undefined) found[place][key] = text;
  }
  return found;
}

const secondsIn: Readonly<Record<string, number>> = { ms: 0.001, s: 1, min: 60, h: 3_600, d: 86_400 };

/** PostgreSQL's and the API's durations in seconds. */
function inUnit(place: Place, text: string): string | undefined {
  if (place === 'synchronous') return text === 'true' ? 'on' : text === 'false' ? 'off' : text;
  if (!withUnit.has(place)) return text;
  const [, number, unit = ''] = /^(\d+)\s*(ms|s|min|h|d|m)?$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const factor = unit === 'm' ? 60 : (secondsIn[unit] ?? (place === 'postgresql' ? 0.001 : 1));
  return String(Number(number) * factor);
}

/** The settings of a Pooler, with PgBouncer's defaults. Source: pgbouncer.org/config.html. */
import type { Manifest, Place } from './manifest.ts';
import type { Resource } from './resource.ts';

const parameters = ['spec', 'pgbouncer', 'parameters'];

/** A number among the parameters; undefined where it is left to the default. */
export const parameterOf = (pooler: Resource, name: string): number | undefined => pooler.number(...parameters, name);

/** Where a parameter is, or where it would be. */
export const placeOfParameter = (pooler: Resource, name: string): Place => pooler.nearest(...parameters, name);

/** The manifest and the path to set a parameter in: where the parameters already are. */
export function parameterPath(pooler: Resource, name: string): [Manifest, string[]] {
  const manifest = (pooler.at(...parameters, name) ?? pooler.at(...parameters))?.manifest ?? pooler.base;
  return [manifest, [...parameters, name]];
}

/** How many instances a Pooler has; one where it does not say. */
export const poolerInstances = (pooler: Resource): number => pooler.number('spec', 'instances') ?? 1;

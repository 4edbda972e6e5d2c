/** Fields that a custom resource definition among the manifests declares: those of an operator that is newer than the tables. */
import type { Place } from '../text/manifest.ts';
import type { Inventory } from './inventory.ts';
import type { Resource } from './resource.ts';

/** @param path from `spec` on, such as `['spec', 'postgresql', 'synchronous']` */
export function isDeclared(inventory: Inventory, resource: Resource, path: readonly string[]): boolean {
  return inventory.of('CustomResourceDefinition').some((definition) => {
    if (definition.reference('spec', 'names', 'kind') !== resource.kind) return false;
    if (!resource.manifest.apiVersion.startsWith(`${definition.reference('spec', 'group')}/`)) return false;
    return definition.manifest
      .items('spec', 'versions')
      .some(({ manifest, node }) => has(manifest.within(node, 'schema', 'openAPIV3Schema'), path));
  });
}

/** Follows `properties`, through the items of lists. */
function has(schema: Place | undefined, path: readonly string[]): boolean {
  let at = schema;
  for (const step of path) {
    if (!at) return false;
    const { manifest, node }: Place = at;
    at = manifest.within(node, 'properties', step) ?? manifest.within(node, 'items', 'properties', step);
  }
  return at !== undefined;
}

/** Loops for rules, over objects of one kind; an object with a value that nobody knows is left undecided. */
import type { Problem, Rule } from './finding.ts';
import type { Inventory } from './objects/inventory.ts';
import type { Resource } from './objects/resource.ts';
import { Undecidable } from './text/variables.ts';

type Check = Rule['check'];
type CheckOne = (resource: Resource, inventory: Inventory) => Iterable<Problem>;

export const eachCluster = (one: CheckOne): Check => each(({ clusters }) => clusters, one);
export const eachPooler = (one: CheckOne): Check => each(({ poolers }) => poolers, one);
export const eachScheduledBackup = (one: CheckOne): Check => each(({ scheduledBackups }) => scheduledBackups, one);

export function each(objects: (inventory: Inventory) => Iterable<Resource>, one: CheckOne): Check {
  return function* (inventory) {
    for (const resource of objects(inventory)) {
      try {
        yield* one(resource, inventory);
      } catch (error) {
        if (!(error instanceof Undecidable)) throw error;
        inventory.undecided.push({ resource, variable: error.variable, isSetting: error.isSetting });
      }
    }
  };
}

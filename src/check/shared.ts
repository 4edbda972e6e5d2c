/** Changes to a manifest that several kustomizations share: right only where they are right for all of them. */
import type { Edit } from './change/edit.ts';
import type { Problem } from './finding.ts';
import type { Inventory } from './objects/inventory.ts';
import type { Resource } from './objects/resource.ts';

/**
 * @param all what the rule finds at the same place, of this object and of others
 * @returns the problem without its change, with a sentence that says why, where other objects that come from the same manifest
 *   lack the problem or need another change; else the problem as it is
 */
export function withSharedChange(problem: Problem, all: readonly Problem[], inventory: Inventory): Problem {
  const { resource, change } = problem;
  if (!change.some(({ source }) => source === resource.base.source)) return problem;
  const others = madeOfSame(resource, inventory).filter(
    (other) => !all.some((one) => one.resource.title === other.title && isSameChange(one.change, change)),
  );
  if (others.length === 0) return problem;
  const names = others.slice(0, 3).map(({ title }) => title);
  const more = others.length > names.length ? ' …' : '';
  const where = resource.owner.unit === '' ? 'this one' : resource.owner.unit;
  const message =
    `${problem.message} ${resource.base.source.file} makes ${names.join(', ')}${more} too, where it is ` +
    `right or needs another value: change it for ${where} alone.`;
  const { placeholders: _, ...rest } = problem;
  return { ...rest, message, change: [] };
}

/** Objects of other names that come from the same manifest. */
function madeOfSame(resource: Resource, inventory: Inventory): Resource[] {
  const byBase = inventory.once('from one manifest', () => Map.groupBy(inventory.resources, ({ base }) => base));
  const others = (byBase.get(resource.base) ?? []).filter(({ title }) => title !== resource.title);
  return others.filter(({ title }, nth) => others.findIndex((other) => other.title === title) === nth);
}

const isSameChange = (a: readonly Edit[], b: readonly Edit[]): boolean =>
  a.length === b.length &&
  a.every(({ source, start, end, text }, nth) => {
    const other = b[nth]!;
    return source === other.source && start === other.start && end === other.end && text === other.text;
  });

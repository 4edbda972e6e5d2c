/** Rights as a Role: rules of the same resource in one. Pure. */
import type { Right } from '../faults/right.ts';

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** The least rules that grant these rights. */
export function rulesOf(rights: readonly Right[]): Rule[] {
  const alike = Map.groupBy(rights, ({ group, resource, names }) => `${group}|${resource}|${names?.join() ?? ''}`);
  return [...alike.values()].map((ones) => {
    const { group, resource, names } = ones[0]!;
    const verbs = [...new Set(ones.flatMap((one) => one.verbs))];
    return { apiGroups: [group], resources: [resource], verbs, ...(names && { resourceNames: names }) };
  });
}

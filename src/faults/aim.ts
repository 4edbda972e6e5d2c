/** What a fault can be aimed at: checked by types in a scenario, and again where it runs. */
import { UsageError } from '../errors.ts';

/** A PostgreSQL server of the cluster. `address` is what `inet_server_addr()` says on it. */
export interface Instance {
  readonly kind: 'instance';
  readonly name: string;
  readonly host: string;
  readonly address: string;
}
/** Hosts that share a fate, such as those of an availability zone. */
export interface Group {
  readonly kind: 'group';
  readonly name: string;
  readonly hosts: readonly string[];
}
interface Named<Kind extends string> {
  readonly kind: Kind;
  readonly name: string;
}
export type Target = Instance | Group | Named<'pooler' | 'node' | 'operator' | 'store' | 'cluster'>;
export type TargetKind = Target['kind'];
export type TargetOfKind<Kind extends TargetKind> = Kind extends 'instance'
  ? Instance
  : Kind extends 'group'
    ? Group
    : Named<Kind>;

export type StackKind = 'lab' | 'k3s' | 'cluster';

/** What a stack needs to undo a fault: names of rules, process groups, hosts. */
export type How = Readonly<Record<string, unknown>>;

const article = (word: string): string => `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;

/** The target, where it is of the kind that the fault breaks. @throws UsageError naming the kind of target that the fault breaks, and what came */
export function aimedAt<Kind extends TargetKind>(
  fault: string,
  wanted: Kind,
  target: Target | undefined,
): TargetOfKind<Kind> {
  if (target?.kind === wanted) return target as TargetOfKind<Kind>;
  const came = target?.kind ? `${target.name} is ${article(target.kind)}` : `the target is ${JSON.stringify(target)}`;
  throw new UsageError(`${fault} breaks ${article(wanted)}, but ${came}`);
}

/** JSON 6902 patches on YAML trees. The trees stay as they are; changed maps and lists are rebuilt around their nodes. */
import { isMap, isSeq, type Node, Scalar, type YAMLMap, YAMLSeq } from 'yaml';
import { keepOrigin, type Manifest, originOf, type Place } from '../text/manifest.ts';
import { entries, items, textOf } from '../text/nodes.ts';
import { emptyLike, put } from './merge.ts';

/** One operation: `add`, `replace`, `remove`, `copy` or `move`; `test` changes nothing. */
interface Operation {
  readonly op: string;
  readonly path: readonly string[];
  /** The value, in the text of the patch. */
  readonly value: Place | undefined;
}

/** Keys that were made for an operation's value: its text says `value:` where the object has the field. */
const borrowedKeys = new WeakMap<object, string>();

/** The name by which a key stands in the text. */
export const writtenName = (key: object | undefined, name: string): string => (key && borrowedKeys.get(key)) ?? name;

/** Reads the operations of a patch; those that are not understood are left out. */
export function operationsOf(patch: readonly Place[]): Operation[] {
  return patch.flatMap((item) => {
    const text = (name: string) => textOf(item.manifest.within(item.node, name)?.node);
    const [op, path] = [text('op'), text('path')];
    if (op === undefined || path === undefined) return [];
    return [{ op, path: pointer(path), value: item.manifest.within(item.node, 'value') }];
  });
}

const pointer = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** @returns the tree with the operations made */
export function patched(root: YAMLMap, manifest: Manifest, operations: readonly Operation[]): YAMLMap {
  return operations
    .filter(({ op }) => op === 'add' || op === 'replace' || op === 'remove')
    .reduce((tree, operation) => changed(tree, manifest, operation.path, operation) as YAMLMap, root);
}

function changed(node: Node, owner: Manifest, path: readonly string[], operation: Operation): Node {
  if (isMap(node)) return changedMap(node as YAMLMap, owner, path, operation);
  if (isSeq(node)) return changedList(node as YAMLSeq, owner, path, operation);
  return node;
}

function changedMap(map: YAMLMap, owner: Manifest, [step, ...rest]: readonly string[], operation: Operation): YAMLMap {
  const result = emptyLike([{ map, manifest: owner }]);
  let found = false;
  for (const entry of entries(map, owner.document)) {
    const from = originOf(entry.key) ?? owner;
    if (String(entry.key.value) !== step) put(result, entry, from);
    else {
      found = true;
      if (rest.length > 0 && entry.value)
        put(result, { key: entry.key, value: changed(entry.value, from, rest, operation) }, from);
      else if (operation.op !== 'remove') putValue(result, step, operation);
    }
  }
  if (!found && rest.length === 0 && operation.op !== 'remove' && step !== undefined) putValue(result, step, operation);
  return result;
}

function putValue(map: YAMLMap, name: string, { value }: Operation): void {
  if (!value) return;
  const key = new Scalar(name);
  key.range = value.key?.range ?? null;
  borrowedKeys.set(key, 'value');
  put(map, { key, value: value.node }, value.manifest);
}

function changedList(
  list: YAMLSeq,
  owner: Manifest,
  [step, ...rest]: readonly string[],
  operation: Operation,
): YAMLSeq {
  const result = new YAMLSeq();
  const nodes = items(list, owner.document);
  const index = step === '-' ? nodes.length : Number(step);
  const value = operation.value?.node;
  if (value) keepOrigin(value, operation.value.manifest);
  nodes.forEach((node, nth) => {
    const from = originOf(node) ?? owner;
    keepOrigin(node, from);
    if (nth !== index) result.items.push(node);
    else if (rest.length > 0) {
      const inner = changed(node, from, rest, operation);
      keepOrigin(inner, from);
      result.items.push(inner);
    } else if (operation.op === 'add' && value) result.items.push(value, node);
    else if (operation.op === 'replace' && value) result.items.push(value);
  });
  if (index === nodes.length && rest.length === 0 && operation.op === 'add' && value) result.items.push(value);
  return result;
}

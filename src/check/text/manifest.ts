/**
 * One Kubernetes object. Its tree may be put together from several files (a kustomization's base and patches, the values
 * of a chart): every node keeps the manifest that it comes from, so that a finding points at the text that sets the value.
 */
import { type Document, isNode, type Node, type Scalar, type YAMLMap } from 'yaml';
import { entryIn, items, numberOf, textOf } from './nodes.ts';
import { type Position, positionIn, type Source } from './source.ts';

/** A place in a manifest: a key, a value, or an offset within one. */
export interface Place {
  /** The manifest whose text holds it. */
  readonly manifest: Manifest;
  /** The key that leads to the node; undefined for an item of a list. */
  readonly key: Scalar | undefined;
  readonly node: Node | null;
  /** Where in the text it begins. */
  readonly offset: number;
}

/** Keys and list items of put-together trees, with the manifest whose text they stand in. */
const origins = new WeakMap<object, Manifest>();

/** Records which manifest's text holds a key or an item. */
export function keepOrigin(node: object | null, manifest: Manifest): void {
  if (node && !origins.has(node)) origins.set(node, manifest);
}

/** The manifest whose text holds a key or an item of a put-together tree; undefined in a tree from one text. */
export const originOf = (node: object): Manifest | undefined => origins.get(node);

export class Manifest {
  readonly source: Source;
  readonly document: Document;
  readonly root: YAMLMap;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Undefined where the manifest leaves it to `kubectl -n` or to a kustomization. */
  readonly namespace: string | undefined;

  /** Whether the tree was put together from several texts. */
  readonly #isMerged: boolean;

  constructor(source: Source, document: Document, root: YAMLMap, isMerged = false) {
    this.source = source;
    this.#isMerged = isMerged;
    this.document = document;
    this.root = root;
    this.apiVersion = this.text('apiVersion') ?? '';
    this.kind = this.text('kind') ?? '';
    this.name = this.text('metadata', 'name') ?? '';
    this.namespace = this.text('metadata', 'namespace');
  }

  /** The same text with another tree. */
  withRoot(root: YAMLMap): Manifest {
    return new Manifest(this.source, this.document, root, true);
  }

  /** Where a setting is; undefined where it is not set. A key with nothing behind it is set, to null. */
  at(...path: string[]): Place | undefined {
    return this.within(this.root, ...path);
  }
  /** As `at`, from a node of this manifest. */
  within(node: unknown, ...path: string[]): Place | undefined {
    let owner: Manifest = (this.#isMerged && isNode(node) ? origins.get(node) : undefined) ?? this;
    let value = node;
    let key: Scalar | undefined;
    for (const step of path) {
      const found = entryIn(value, owner.document, step);
      if (!found) return undefined;
      if (this.#isMerged) owner = origins.get(found.key) ?? owner;
      ({ key, value } = found);
    }
    return path.length === 0 ? undefined : owner.place(value as Node | null, key);
  }
  /** The places of a list's items. */
  items(...path: string[]): Place[] {
    const place = this.at(...path);
    return place ? place.manifest.itemsOf(place.node) : [];
  }
  itemsOf(node: unknown): Place[] {
    return items(node, this.document).map((item) =>
      ((this.#isMerged && origins.get(item)) || this).place(item, undefined),
    );
  }
  text(...path: string[]): string | undefined {
    return textOf(this.at(...path)?.node);
  }
  number(...path: string[]): number | undefined {
    return numberOf(this.at(...path)?.node);
  }

  place(node: Node | null, key: Scalar | undefined): Place {
    return { manifest: this, key, node, offset: key?.range?.[0] ?? node?.range?.[0] ?? 0 };
  }
  /** The place of the object as a whole: its name, else its beginning. */
  get whole(): Place {
    return this.at('metadata', 'name') ?? this.place(this.root, undefined);
  }
  positionOf(offset: number): Position {
    return positionIn(this.source, offset);
  }
}

/** The text of a field below a place, such as `name` of a list's item. */
export const fieldOf = (place: Place, ...path: string[]): string | undefined =>
  textOf(place.manifest.within(place.node, ...path)?.node);

/** The same place, some way into its text: for a host name within a connection string. */
export const placeAtOffset = (place: Place, offset: number): Place => ({ ...place, offset });

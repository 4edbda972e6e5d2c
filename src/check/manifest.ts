/** One Kubernetes object as it stands in one file. */
import type { Document, LineCounter, Node, Scalar, YAMLMap } from 'yaml';
import { find, items, numberOf, textOf } from './nodes.ts';
import { type Position, positionAt, type Source } from './source.ts';

/** A place in a manifest: a key, a value, or an offset within one. */
export interface Place {
  readonly manifest: Manifest;
  /** The key that leads to the node; undefined for an item of a list. */
  readonly key: Scalar | undefined;
  readonly node: Node | null;
  /** Where in the text it begins. */
  readonly offset: number;
}

export class Manifest {
  readonly source: Source;
  readonly document: Document;
  readonly root: YAMLMap;
  readonly #lines: LineCounter;

  constructor(source: Source, document: Document, root: YAMLMap, lines: LineCounter) {
    this.source = source;
    this.document = document;
    this.root = root;
    this.#lines = lines;
  }

  get apiVersion(): string {
    return this.text('apiVersion') ?? '';
  }
  get kind(): string {
    return this.text('kind') ?? '';
  }
  get name(): string {
    return this.text('metadata', 'name') ?? '';
  }
  /** Undefined where the manifest leaves it to `kubectl -n` or to kustomize. */
  get namespace(): string | undefined {
    return this.text('metadata', 'namespace');
  }

  /** Where a setting is; undefined where it is not set. A key with nothing behind it is set, to null. */
  at(...path: string[]): Place | undefined {
    return this.within(this.root, ...path);
  }
  /** As `at`, from a node of this manifest. */
  within(node: unknown, ...path: string[]): Place | undefined {
    const found = find(node, this.document, path);
    return found && this.place(found.value, found.key);
  }
  /** The places of a list's items. */
  items(...path: string[]): Place[] {
    return this.itemsOf(this.at(...path)?.node);
  }
  itemsOf(node: unknown): Place[] {
    return items(node, this.document).map((item) => this.place(item, undefined));
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
    return positionAt(this.#lines, offset);
  }
}

/** The same place, some way into its text: for a host name within a connection string. */
export const placeAtOffset = (place: Place, offset: number): Place => ({ ...place, offset });

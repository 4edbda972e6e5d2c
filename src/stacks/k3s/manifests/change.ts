/** What is changed in a user's manifests so that they can run in the drill's own cluster: every change is recorded. */
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../cnpg/objects.ts';

/** An object with the place that it was read from. */
export interface Placed {
  readonly object: KubeObject;
  /** As the user named it. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
}

/** One change, as the journal keeps it. */
export interface Change {
  /** `Cluster orders`. */
  readonly object: string;
  /** `overlays/prod/cluster.yaml:12`; absent for what the drill adds. */
  readonly place?: string;
  /** `spec.storage.storageClass`; empty where the whole object is concerned. */
  readonly field: string;
  /** As JSON; absent where there was nothing. */
  readonly from?: string;
  /** As JSON; absent where it is removed. */
  readonly to?: string;
  readonly why: string;
}

/** An object while it is changed: its fields are those of its kind, which the API server checks. */
// biome-ignore lint/suspicious/noExplicitAny: manifests are data of many kinds
export type Mutable = any;

/** Longer values are cut in the record: what matters is that they were replaced. */
const mostCharacters = 200;

const nameOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.name}`;
export const placeOf = ({ file, line }: Placed): string => `${file}:${line}`;

/** Objects that are being fitted, with the record of what was done to them. */
export class Fitting {
  readonly changes: Change[] = [];
  readonly #kept: { placed: Placed; object: Mutable }[];
  readonly #added: KubeObject[] = [];

  constructor(objects: readonly Placed[]) {
    this.#kept = objects.map((placed) => ({ placed, object: structuredClone(placed.object) }));
  }

  /** The objects as they are now, those that the drill adds first. */
  get objects(): KubeObject[] {
    return [...this.#added, ...this.#kept.map(({ object }) => object as KubeObject)];
  }

  /** @returns the objects of a kind, to be changed by `set` and `remove` only */
  of(kind: string): Mutable[] {
    return this.#kept.filter(({ object }) => object.kind === kind).map(({ object }) => object);
  }

  has(kind: string, name: string): boolean {
    return this.objects.some((object) => object.kind === kind && object.metadata.name === name);
  }

  placed(object: Mutable): Placed {
    return this.#kept.find((one) => one.object === object)!.placed;
  }

  /** Sets a field, `undefined` to remove it. Records nothing where it has this value already. */
  set(object: Mutable, path: readonly (string | number)[], value: unknown, why: string): void {
    const last = path.at(-1)!;
    let at = object;
    for (const key of path.slice(0, -1)) {
      if (at[key] === undefined || at[key] === null) {
        if (value === undefined) return;
        at[key] = {};
      }
      at = at[key];
    }
    const from = at[last];
    if (isDeepStrictEqual(from, value) || (from === undefined && value === undefined)) return;
    if (value === undefined) delete at[last];
    else at[last] = value;
    this.#record(object, path.join('.'), from, value, why);
  }

  remove(object: Mutable, path: readonly (string | number)[], why: string): void {
    this.set(object, path, undefined, why);
  }

  /** Leaves a whole object out. */
  leaveOut(object: Mutable, why: string): void {
    this.#record(object, '', 'present', undefined, why);
    this.#kept.splice(
      this.#kept.findIndex((one) => one.object === object),
      1,
    );
  }

  /** Adds an object of the drill's own. */
  add(object: KubeObject, why: string): void {
    this.#added.push(object);
    this.changes.push({ object: nameOf(object), field: '', to: 'present', why });
  }

  #record(object: Mutable, field: string, from: unknown, to: unknown, why: string): void {
    this.changes.push({
      object: nameOf(object),
      place: placeOf(this.placed(object)),
      field,
      ...(from !== undefined && { from: shown(from) }),
      ...(to !== undefined && { to: shown(to) }),
      why,
    });
  }
}

/** @returns the value as JSON, strings without quotes */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)} …` : text;
}

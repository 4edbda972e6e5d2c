/** An object of the cluster: one whole manifest, and the patches of it that stand elsewhere (kustomize overlays). */
import type { Manifest, Place } from './manifest.ts';
import { numberOf, textOf } from './nodes.ts';

/** Fields without which the API server refuses a new object: a manifest without all of them is a patch. */
const required: Readonly<Record<string, readonly string[]>> = {
  Cluster: ['instances', 'storage'],
  Pooler: ['cluster', 'pgbouncer'],
  ScheduledBackup: ['schedule', 'cluster'],
};

export class Resource {
  readonly base: Manifest;
  readonly patches: readonly Manifest[];

  constructor(base: Manifest, patches: readonly Manifest[] = []) {
    this.base = base;
    this.patches = patches;
  }

  get kind(): string {
    return this.base.kind;
  }
  get name(): string {
    return this.base.name;
  }
  get namespace(): string | undefined {
    return this.base.namespace ?? this.patches.find((patch) => patch.namespace)?.namespace;
  }
  /** `Cluster data-layer/postgres` */
  get title(): string {
    return `${this.kind} ${this.namespace ? `${this.namespace}/` : ''}${this.name}`;
  }
  get parts(): readonly Manifest[] {
    return [this.base, ...this.patches];
  }

  /** Where a setting is; a patch goes over the base, a later patch over an earlier one. */
  at(...path: string[]): Place | undefined {
    return this.parts.map((part) => part.at(...path)).findLast((place) => place !== undefined);
  }
  text(...path: string[]): string | undefined {
    return textOf(this.at(...path)?.node);
  }
  number(...path: string[]): number | undefined {
    return numberOf(this.at(...path)?.node);
  }
  items(...path: string[]): Place[] {
    const place = this.at(...path);
    return place ? place.manifest.itemsOf(place.node) : [];
  }
  /** The nearest place that exists on the way to a setting that is missing, for a finding about its absence. */
  nearest(...path: string[]): Place {
    for (let depth = path.length; depth > 1; depth--) {
      const place = this.at(...path.slice(0, depth));
      if (place) return place;
    }
    return this.base.whole;
  }
}

/** Objects of the same name meet only in one namespace; one that is not written down may be any. */
export function sameNamespace(a: { namespace: string | undefined }, b: { namespace: string | undefined }): boolean {
  return a.namespace === undefined || b.namespace === undefined || a.namespace === b.namespace;
}

function isWhole(manifest: Manifest): boolean {
  return (required[manifest.kind] ?? []).every((field) => manifest.at('spec', field));
}

/**
 * Groups manifests into objects. A manifest that lacks required fields is a patch of the first whole one with its name,
 * or, where there is none, of the first manifest with its name.
 */
export function resourcesOf(manifests: readonly Manifest[]): Resource[] {
  const bases = manifests.filter(isWhole);
  const patches: [Manifest, Manifest][] = [];
  for (const manifest of manifests.filter((other) => !isWhole(other))) {
    const base = bases.find((other) => sameObject(other, manifest));
    if (base) patches.push([base, manifest]);
    else bases.push(manifest);
  }
  return bases.map(
    (base) =>
      new Resource(
        base,
        patches.filter(([of]) => of === base).map(([, patch]) => patch),
      ),
  );
}

const sameObject = (a: Manifest, b: Manifest): boolean =>
  a.kind === b.kind && a.apiVersion === b.apiVersion && a.name === b.name && sameNamespace(a, b);

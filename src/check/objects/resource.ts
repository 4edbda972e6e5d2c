/** An object as it reaches the cluster, with the places in the files that its settings come from. */
import { appendDocument, type Edit } from '../change/edit.ts';
import { type Setting, setAll } from '../change/set.ts';
import { fieldOf, type Manifest, type Place } from '../text/manifest.ts';
import { numberOf, textOf } from '../text/nodes.ts';
import { substitute, Undecidable, type Variables } from '../text/variables.ts';
import type { Open } from '../tree/build.ts';
import { type Installed, isCnpg, type Lack, lackIn, refused } from './since.ts';

/** An object that a change adds. */
export interface AddedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: object;
  readonly spec: object;
}

/** Where an object belongs. */
export interface Owner {
  /** The kustomization that deploys it; empty for plain files. */
  readonly unit: string;
  readonly variables: Variables;
  /** What other files may hold is not known: only single files were given, or a base is remote. */
  readonly isPartial: boolean;
  /** Whether it is an example beside what is deployed. */
  readonly isExample?: boolean;
  /** Fields that this release lacks are in no change; undefined: the release is not known. */
  readonly installed?: Installed | undefined;
}

const plainOwner: Owner = { unit: '', variables: {}, isPartial: false };

export class Resource {
  /** The whole tree: base and patches. */
  readonly manifest: Manifest;
  /** The manifest that patches go over. */
  readonly base: Manifest;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly owner: Owner;
  /** Whether it was made from the values of a chart: fields that it lacks cannot be added. */
  readonly isExpanded: boolean;
  /** Settings that other values of its chart may add. */
  readonly open: Open | undefined;
  /** Whether a kustomization names it otherwise than objects that refer to it do. */
  readonly isRenamed: boolean;

  constructor(
    object: {
      manifest: Manifest;
      base?: Manifest;
      name?: string;
      namespace?: string | undefined;
      isExpanded?: boolean;
      open?: Open;
      isRenamed?: boolean;
    },
    owner: Owner = plainOwner,
  ) {
    this.manifest = object.manifest;
    this.base = object.base ?? object.manifest;
    this.owner = owner;
    this.name = substitute(object.name ?? object.manifest.name, owner.variables).text;
    const namespace = object.namespace ?? object.manifest.namespace;
    this.namespace = namespace === undefined ? undefined : substitute(namespace, owner.variables).text;
    this.isExpanded = object.isExpanded ?? this.manifest.source.from !== undefined;
    this.open = object.open;
    this.isRenamed = object.isRenamed ?? false;
  }

  get kind(): string {
    return this.manifest.kind;
  }
  /** `Cluster data-layer/postgres` */
  get title(): string {
    return `${this.kind} ${this.namespace ? `${this.namespace}/` : ''}${this.name}`;
  }
  /** The place of the object as a whole. */
  get whole(): Place {
    return this.base.whole;
  }

  /**
   * Where a setting is; undefined where it is not set.
   * @throws Undecidable where other values of its chart may set it
   */
  at(...path: string[]): Place | undefined {
    const place = this.manifest.at(...path);
    if (!place && this.open && path[0] === 'spec') this.#refuseOpen(this.open, path);
    return place;
  }
  /**
   * A setting as text, variables filled in.
   * @throws Undecidable where all of it is a variable that nobody knows
   */
  text(...path: string[]): string | undefined {
    return this.#known(textOf(this.at(...path)?.node));
  }
  /** As `text`, with variables that nobody knows left in: for names that only need to be the same. */
  reference(...path: string[]): string | undefined {
    const text = textOf(this.at(...path)?.node);
    return text === undefined ? undefined : substitute(text, this.owner.variables).text;
  }
  /** @throws Undecidable where it is a variable that nobody knows */
  number(...path: string[]): number | undefined {
    const place = this.at(...path);
    const text = this.#whole(this.#known(textOf(place?.node)));
    return text === undefined ? undefined : (numberOf(place?.node) ?? finite(text));
  }
  /** `true` and `false`, in quotes or not; undefined for anything else. */
  flag(...path: string[]): boolean | undefined {
    const text = this.#whole(this.text(...path));
    return text === 'true' ? true : text === 'false' ? false : undefined;
  }
  items(...path: string[]): Place[] {
    if (this.open) this.at(...path);
    return this.manifest.items(...path);
  }
  /** The text of a field below a list's item. */
  field(item: Place, ...path: string[]): string | undefined {
    return this.#known(fieldOf(item, ...path));
  }
  /** The nearest place that exists on the way to a setting that is missing, for a finding about its absence. */
  nearest(...path: string[]): Place {
    for (let depth = path.length; depth > 1; depth--) {
      const place = this.manifest.at(...path.slice(0, depth));
      if (place) return place;
    }
    return this.whole;
  }

  /** The edits that set a field. */
  set(path: readonly string[], value: unknown): Edit[] {
    return this.setAll([[path, value]]);
  }
  /** The edits that set several fields at once. */
  setAll(settings: readonly Setting[]): Edit[] {
    const isPresent = (path: readonly string[]) => this.manifest.at(...path) !== undefined;
    const lack = this.#lackIn(settings);
    if (lack) return refused(lack);
    if (this.isExpanded && settings.some(([path, value]) => typeof value === 'object' || !isPresent(path))) return [];
    return setAll(this.manifest, settings, this.owner.variables);
  }
  /** The edits that add an object at the end of this one's file. */
  append(object: AddedObject): Edit[] {
    const { installed } = this.owner;
    const ofCnpg = installed && isCnpg(object.apiVersion);
    const lack = ofCnpg && lackIn(object.kind, ['spec'], object.spec, installed.version);
    if (lack) return refused(lack);
    return this.isExpanded ? [] : appendDocument(this.base, object);
  }

  #lackIn(settings: readonly Setting[]): Lack | undefined {
    const { installed } = this.owner;
    if (!installed || !isCnpg(this.manifest.apiVersion)) return undefined;
    for (const [path, value] of settings) {
      const lack = lackIn(this.kind, path, value, installed.version);
      if (lack) return lack;
    }
    return undefined;
  }

  /** A missing step may be written by a branch of the template that other values take, or be among other values. */
  #refuseOpen(open: Open, path: readonly string[]): void {
    for (let depth = 1; depth <= path.length; depth++) {
      if (this.manifest.at(...path.slice(0, depth))) continue;
      const parent = depth === 1 ? undefined : this.manifest.at(...path.slice(0, depth - 1));
      const start = parent?.node?.range?.[0];
      const isValue = open.isDefault && start !== undefined && parent!.manifest.source.from?.isComputed(start) === true;
      if (isValue || open.has(path[depth - 1]!)) throw new Undecidable(path.slice(0, depth).join('.'), true);
      return;
    }
  }

  /** A number or flag of which a part is a variable is not known. */
  #whole(text: string | undefined): string | undefined {
    const variable = text?.includes('${') ? /\$\{(\w+)/.exec(text)?.[1] : undefined;
    if (variable !== undefined) throw new Undecidable(variable);
    return text;
  }

  #known(raw: string | undefined): string | undefined {
    // `$name` alone is a variable of envsubst's shorter form.
    const short = /^\$([A-Za-z_]\w*)$/.exec(raw ?? '')?.[1];
    if (short !== undefined && this.owner.variables[short] === undefined) throw new Undecidable(short);
    if (raw === undefined || !raw.includes('${')) return raw;
    const { text, unknown } = substitute(raw, this.owner.variables);
    if (unknown !== undefined && /^\s*\$\{[^}]*\}\s*\w{0,3}\s*$/.test(text)) throw new Undecidable(unknown);
    return text;
  }
}

function finite(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Objects of the same name meet only in one namespace; one that is not written down may be any. */
export function sameNamespace(a: { namespace: string | undefined }, b: { namespace: string | undefined }): boolean {
  return a.namespace === undefined || b.namespace === undefined || a.namespace === b.namespace;
}

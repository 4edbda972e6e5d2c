import { closest, distance } from 'fastest-levenshtein';
import { isMap, type YAMLMap } from 'yaml';
import { renameKey } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { cluster } from '../example.ts';
import type { Problem, Rule } from '../finding.ts';
import { type Fields, fieldsOf } from '../objects/fields.ts';
import type { Inventory } from '../objects/inventory.ts';
import { isDeclared } from '../objects/own-schema.ts';
import type { Resource } from '../objects/resource.ts';
import { type Installed, type Lack, lackOf, needs } from '../objects/since.ts';
import type { Manifest, Place } from '../text/manifest.ts';
import { entries, items } from '../text/nodes.ts';

/** The API server drops a field that the CRD does not have, or refuses the object: what it should set is not set. */
export const fieldUnknown: Rule = {
  id: 'field-unknown',
  severity: 'error',
  title: 'field that does not exist',
  documentation: cnpg('cloudnative-pg.v1'),
  explanation:
    'The custom resource of CloudNativePG 1.30 has no field of this name. The API server drops it or, with strict ' +
    'validation, refuses the object; in both cases the setting has no effect. The rule offers the nearest name. Where the ' +
    'operator’s version is known, fields of later versions are reported too.',
  bad: cluster('instances: 3\npostgresql:\n  syncronous:\n    method: any\n    number: 1\n    failoverQuorum: true'),
  *check(inventory) {
    for (const resource of inventory.own) {
      const fields = fieldsOf(resource.manifest.apiVersion, resource.kind);
      const spec = resource.at('spec');
      if (fields && !resource.isExpanded) yield* misspeltOnTop(resource);
      const { installed } = resource.owner;
      const lack = installed && lackOf(resource.kind, [], installed.version);
      if (fields && lack) yield tooNew(resource, resource.whole, lack, installed);
      else if (fields && spec && !resource.isExpanded)
        yield* unknownIn(resource, spec.manifest, spec.node, fields, 'spec', inventory);
    }
  },
};

const topFields = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

/** A field beside `spec` that is nearly one of an object’s; others, such as anchors of the file, are left alone. */
function* misspeltOnTop(resource: Resource): Generator<Problem> {
  const { manifest } = resource;
  for (const { key } of entries(manifest.root, manifest.document)) {
    const name = String(key.value);
    const near = topFields.find((field) => distance(field.toLowerCase(), name.toLowerCase()) <= 2);
    const at = manifest.at(name);
    if (!at || near === undefined || topFields.includes(name)) continue;
    yield {
      resource,
      at,
      message: `An object has no field ${name} (did you mean ${near}?): the API server drops it or refuses the object, and what it should set is not set.`,
      change: manifest.at(near) ? [] : [renameKey(at, near)],
    };
  }
}

function* unknownIn(
  resource: Resource,
  owner: Manifest,
  node: unknown,
  fields: Fields,
  path: string,
  inventory: Inventory,
): Generator<Problem> {
  if (fields.isOpen) return;
  const maps = isMap(node) ? [node] : items(node, owner.document).filter(isMap);
  for (const map of maps)
    for (const { key } of entries(map as YAMLMap, owner.document)) {
      const name = String(key.value);
      const place = owner.within(map, name);
      // `x-…` is where Docker's habit keeps anchors; variables may stand for a key.
      if (!place || /^x-|^\.|[{$]/.test(name)) continue;
      const below = fields.names.get(name);
      const { installed } = resource.owner;
      const lack = below && installed && lackOf(resource.kind, `${path}.${name}`.split('.'), installed.version);
      if (lack) yield tooNew(resource, place, lack, installed);
      else if (below?.isList && isMap(place.node)) yield noList(resource, place, `${path}.${name}`);
      else if (below) yield* unknownIn(resource, place.manifest, place.node, below, `${path}.${name}`, inventory);
      else if (!isDeclared(inventory, resource, [...path.split('.'), name]))
        yield problem(resource, place, fields, name, path);
    }
}

/** A map where the custom resource has a list. */
const noList = (resource: Resource, at: Place, path: string): Problem => ({
  resource,
  at,
  message: `${path} of ${article(resource)} is a list, and here it is a map: the API server refuses the object.`,
  change: [],
});

const article = ({ kind }: Resource): string =>
  `${kind === 'ObjectStore' || kind === 'ImageCatalog' ? 'an' : 'a'} ${kind}`;

/** A field of a later release than the one that is installed. */
const tooNew = (resource: Resource, at: Place, lack: Lack, installed: Installed): Problem => ({
  resource,
  at,
  message: `${needs(lack, installed)} The API server drops it or refuses the object, and what it should set is not set.`,
  change: [],
});

function problem(resource: Resource, at: Place, fields: Fields, name: string, path: string): Problem {
  const { installed } = resource.owner;
  const known = [...fields.names.keys()].filter(
    (field) => !installed || !lackOf(resource.kind, [...path.split('.'), field], installed.version),
  );
  const near = nearest(name, known);
  const isTaken = near !== undefined && siblingExists(at, near);
  const sure = near !== undefined && (near.startsWith(name) || distance(name.toLowerCase(), near.toLowerCase()) <= 2);
  return {
    resource,
    at,
    message:
      `${path} of ${article(resource)} has no field ${name}` +
      `${near ? ` (did you mean ${near}?)` : ''}: the API server drops it or refuses the object, and what it should set ` +
      `is not set.`,
    change: sure && !isTaken ? [renameKey(at, near)] : [],
  };
}

function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const near = closest(
    name.toLowerCase(),
    known.map((other) => other.toLowerCase()),
  );
  const found = known.find((other) => other.toLowerCase() === near)!;
  const shares = found.toLowerCase().startsWith(name.toLowerCase()) && name.length > 4;
  return shares || distance(name.toLowerCase(), near) <= Math.max(2, name.length / 3) ? found : undefined;
}

/** Whether the right field stands beside the wrong one. */
function siblingExists(at: Place, name: string): boolean {
  const text = at.manifest.source.text;
  const column = at.offset - (text.lastIndexOf('\n', at.offset - 1) + 1);
  return new RegExp(`^ {${column}}${name}:`, 'm').test(text);
}

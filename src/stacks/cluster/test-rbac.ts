/** For tests: what a request to the API asks for, and whether rights grant it, as the authorizer of Kubernetes decides. */
import type { Right } from '../../faults/right.ts';

export interface Asked {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

const writes: Readonly<Record<string, string>> = { POST: 'create', PATCH: 'patch', PUT: 'update', DELETE: 'delete' };
const pattern =
  /^\/(?:api|apis\/([^/]+))\/[^/]+(?:\/namespaces\/([^/]+)(?=\/[a-z]))?\/([a-z]+)(?:\/([^/]+))?(?:\/([a-z]+))?/;

/** `GET /api/v1/namespaces/db/pods/pg-1/log` → get pods/log. Undefined for what everybody may ask: kinds, reviews, the version. */
export function askedBy(method: string, path: string, query: string): Asked | undefined {
  const [whole, group = '', namespace, resource = '', name, sub] = pattern.exec(path) ?? [];
  if (whole === undefined || group.startsWith('authorization') || group.startsWith('authentication')) return undefined;
  const parameters = new URLSearchParams(query);
  const [, selected] = /^metadata\.name=(.+)$/.exec(parameters.get('fieldSelector') ?? '') ?? [];
  const read = parameters.get('watch') === 'true' ? 'watch' : name ? 'get' : 'list';
  // A namespace is an object of its own namespace.
  const within = namespace ?? (resource === 'namespaces' ? name : undefined);
  return {
    ...{ group, namespace: within, resource: sub ? `${resource}/${sub}` : resource },
    ...{ verb: writes[method] ?? read, name: name ?? selected },
  };
}

/** @param namespaces of the Cluster and of the operator */
export const grants = (
  right: Right,
  { group, resource, verb, name, namespace }: Asked,
  namespaces = { cluster: 'db', operator: 'cnpg-system', restore: right.namespace },
): boolean =>
  right.group === group &&
  right.resource === resource &&
  right.verbs.includes(verb) &&
  (right.where === 'everywhere' || namespaces[right.where] === namespace) &&
  (!right.names || (name !== undefined && right.names.includes(name)));

export const askedText = ({ verb, resource, name, namespace }: Asked): string =>
  [verb, resource, name, namespace && `in ${namespace}`].filter(Boolean).join(' ');

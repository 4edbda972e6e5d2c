import { isMap } from 'yaml';
import type { Edit } from '../change/edit.ts';
import type { Setting } from '../change/set.ts';
import { cnpg } from '../documentation.ts';
import { each } from '../each.ts';
import { cluster, together } from '../example.ts';
import type { Problem, Rule } from '../finding.ts';
import type { Inventory } from '../objects/inventory.ts';
import { type Resource, sameNamespace } from '../objects/resource.ts';
import { fieldOf } from '../text/manifest.ts';
import { entries } from '../text/nodes.ts';

const basicAuth = 'kubernetes.io/basic-auth';

/** A role and the name of the secret with its password. */
interface Role {
  readonly owner: Resource;
  readonly name: string;
  readonly secret: string;
}

/** The operator reads `username` and `password` of a role's secret and compares the first with the role. */
export const roleSecretFormat: Rule = {
  id: 'role-secret-format',
  severity: 'error',
  title: 'secret of a role without username',
  documentation: cnpg('declarative_role_management', 'password-management'),
  explanation:
    'The operator reads `username` and `password` from the Secret of a role, and refuses one whose `username` is missing: ' +
    'the role stays without a password and its clients cannot log in. The documented type is `kubernetes.io/basic-auth`; the operator takes others too.',
  bad: together(
    cluster(
      'instances: 1\nmanaged:\n  roles:\n    - name: shop\n      login: true\n      passwordSecret:\n        name: shop-password',
    ),
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop-password\nstringData:\n  password: change-me\n',
  ),
  check: each(
    ({ clusters, own }) => [...clusters, ...own.filter(({ kind }) => kind === 'DatabaseRole')],
    function* (owner, inventory) {
      for (const role of rolesOf(owner))
        for (const secret of secretsNamed(inventory, role)) {
          const problem = secret.kind === 'Secret' ? plainProblem(secret, role) : externalProblem(secret, role);
          if (problem) yield problem;
        }
    },
  ),
};

function rolesOf(owner: Resource): Role[] {
  const of = (...path: string[]) => owner.reference('spec', ...path);
  if (owner.kind === 'DatabaseRole')
    return [{ owner, name: of('name') ?? '', secret: of('passwordSecret', 'name') ?? '' }].filter(isWhole);
  const initdb = (...path: string[]) => of('bootstrap', 'initdb', ...path);
  const managed = owner.items('spec', 'managed', 'roles').map((item) => ({
    owner,
    name: fieldOf(item, 'name') ?? '',
    secret: fieldOf(item, 'passwordSecret', 'name') ?? '',
  }));
  const first = {
    owner,
    name: initdb('owner') ?? initdb('database') ?? 'app',
    secret: initdb('secret', 'name') ?? '',
  };
  return [...managed, first].filter(isWhole);
}

const isWhole = (role: Role): boolean => role.name !== '' && role.secret !== '';

function secretsNamed(inventory: Inventory, role: Role): Resource[] {
  const byName = inventory.once('secrets by name', () =>
    Map.groupBy(
      inventory.of('Secret', 'ExternalSecret'),
      (secret) => secret.reference('spec', 'target', 'name') ?? secret.name,
    ),
  );
  return (byName.get(role.secret) ?? []).filter((secret) => sameNamespace(secret, role.owner));
}

function plainProblem(secret: Resource, role: Role): Problem | undefined {
  const has = (key: string) => secret.at('data', key) ?? secret.at('stringData', key);
  const type = secret.text('type');
  if (has('username')) return undefined;
  const settings: Setting[] = [[['stringData', 'username'], role.name]];
  if (type !== basicAuth) settings.push([['type'], basicAuth]);
  return problem(secret, role, secret.setAll(settings));
}

/** External Secrets creates a secret of type Opaque with the keys of `spec.data`, unless its template says otherwise. */
function externalProblem(secret: Resource, role: Role): Problem | undefined {
  if (secret.items('spec', 'dataFrom').length > 0 || secret.at('spec', 'target', 'template', 'templateFrom'))
    return undefined;
  const template = ['spec', 'target', 'template'];
  const templated = keysOf(secret, ...template, 'data');
  const fetched = secret.items('spec', 'data').map((item) => fieldOf(item, 'secretKey') ?? '');
  const keys = templated.length > 0 ? templated : fetched;
  if (keys.includes('username')) return undefined;
  const data = Object.fromEntries(fetched.map((key) => [key, `{{ .${key} }}`]));
  const value = { type: basicAuth, data: { username: role.name, ...data } };
  const change = secret.at(...template)
    ? secret.set([...template, 'data', 'username'], role.name)
    : secret.set(template, value);
  return problem(secret, role, change);
}

function keysOf(secret: Resource, ...path: string[]): string[] {
  const place = secret.at(...path);
  if (!place || !isMap(place.node)) return [];
  return entries(place.node, place.manifest.document).map((entry) => String(entry.key.value));
}

function problem(secret: Resource, role: Role, change: Edit[]): Problem {
  const message =
    `Role ${role.name} of ${role.owner.title} takes its password from this secret. It must hold username and password, and ` +
    `has no username: the operator refuses it, ${role.name} is left without the password, and its clients cannot log in.`;
  return { resource: secret, at: secret.whole, message, change };
}

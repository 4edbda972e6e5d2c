import { isMap } from 'yaml';
import { cnpg } from '../documentation.ts';
import { type Edit, setIn } from '../edit.ts';
import type { Problem, Rule } from '../finding.ts';
import type { Inventory } from '../inventory.ts';
import { entries, textOf } from '../nodes.ts';
import { type Resource, sameNamespace } from '../resource.ts';

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
  title: 'secret of a role without username or of another type',
  documentation: cnpg('declarative_role_management', 'password-management'),
  *check(inventory) {
    for (const role of rolesOf(inventory))
      for (const secret of secretsNamed(inventory, role)) {
        const problem = secret.kind === 'Secret' ? plainProblem(secret, role) : externalProblem(secret, role);
        if (problem) yield problem;
      }
  },
};

function rolesOf(inventory: Inventory): Role[] {
  const inline = inventory.clusters.flatMap((owner) =>
    owner.items('spec', 'managed', 'roles').map(({ manifest, node }) => ({
      owner,
      name: textOf(manifest.within(node, 'name')?.node) ?? '',
      secret: textOf(manifest.within(node, 'passwordSecret', 'name')?.node) ?? '',
    })),
  );
  const owners = inventory.clusters.map((owner) => ({
    owner,
    name:
      owner.text('spec', 'bootstrap', 'initdb', 'owner') ??
      owner.text('spec', 'bootstrap', 'initdb', 'database') ??
      'app',
    secret: owner.text('spec', 'bootstrap', 'initdb', 'secret', 'name') ?? '',
  }));
  const own = inventory.own
    .filter((resource) => resource.kind === 'DatabaseRole')
    .map((owner) => ({
      owner,
      name: owner.text('spec', 'name') ?? '',
      secret: owner.text('spec', 'passwordSecret', 'name') ?? '',
    }));
  return [...inline, ...owners, ...own].filter((role) => role.name && role.secret);
}

function secretsNamed(inventory: Inventory, role: Role): Resource[] {
  return inventory
    .of('Secret', 'ExternalSecret')
    .filter((secret) => (secret.text('spec', 'target', 'name') ?? secret.name) === role.secret)
    .filter((secret) => sameNamespace(secret, role.owner));
}

function plainProblem(secret: Resource, role: Role): Problem | undefined {
  const has = (key: string) => secret.at('data', key) ?? secret.at('stringData', key);
  const type = secret.text('type');
  if (!has('username')) {
    const change = [setIn(secret.base, ['stringData', 'username'], role.name)];
    if (type !== basicAuth) change.push(setIn(secret.base, ['type'], basicAuth));
    return problem(secret, role, change, 'error', missingUsername(role));
  }
  if (type === basicAuth) return undefined;
  return problem(secret, role, [setIn(secret.base, ['type'], basicAuth)], 'warning', wrongType(type ?? 'Opaque'));
}

/** External Secrets makes a secret of type Opaque with the keys of `spec.data`, unless its template says otherwise. */
function externalProblem(secret: Resource, role: Role): Problem | undefined {
  if (secret.items('spec', 'dataFrom').length > 0 || secret.at('spec', 'target', 'template', 'templateFrom'))
    return undefined;
  const template = ['spec', 'target', 'template'];
  const type = secret.text(...template, 'type');
  const templated = keysOf(secret, ...template, 'data');
  const fetched = secret
    .items('spec', 'data')
    .map(({ manifest, node }) => textOf(manifest.within(node, 'secretKey')?.node) ?? '');
  if (!(templated.length > 0 ? templated : fetched).includes('username')) {
    const data = Object.fromEntries(fetched.map((key) => [key, `{{ .${key} }}`]));
    const value = { type: basicAuth, data: { username: role.name, ...data } };
    const change = secret.at(...template)
      ? [setIn(secret.base, [...template, 'data', 'username'], role.name)]
      : [setIn(secret.base, template, value)];
    return problem(secret, role, change, 'error', missingUsername(role));
  }
  if (type === basicAuth) return undefined;
  return problem(secret, role, [setIn(secret.base, [...template, 'type'], basicAuth)], 'warning', wrongType('Opaque'));
}

function keysOf(secret: Resource, ...path: string[]): string[] {
  const place = secret.at(...path);
  if (!place || !isMap(place.node)) return [];
  return entries(place.node, place.manifest.document).map((entry) => String(entry.key.value));
}

function problem(
  secret: Resource,
  role: Role,
  change: Edit[],
  severity: 'error' | 'warning',
  message: string,
): Problem {
  const what = `Role ${role.name} of ${role.owner.title} takes its password from this secret. `;
  return { resource: secret, at: secret.base.whole, message: what + message, change, severity };
}

const missingUsername = (role: Role): string =>
  `It must hold username and password, and has no username: the operator refuses it, ${role.name} is left without the ` +
  `password, and its clients cannot log in.`;
const wrongType = (type: string): string =>
  `It is documented to be of type ${basicAuth} and is ${type}: it works today because the operator reads only its ` +
  `keys, and is not what it promises to read.`;

/** Secrets that other programs would make are generated; one that nothing makes is missing. */
import { randomBytes } from 'node:crypto';
import { UsageError } from '../../../errors.ts';
import { hideSecrets } from '../../../secrets.ts';
import type { KubeObject } from '../../cnpg/objects.ts';
import { type Fitting, type Mutable, placeOf } from './change.ts';

/** A Secret that the Cluster needs to create an account. */
interface Needed {
  readonly secret: string;
  readonly username: string;
  /** `spec.managed.roles` and the like, for the message. */
  readonly field: string;
}

/** The kinds that become a Secret in the user's cluster, with the field that may name it. */
const makers: Readonly<Record<string, readonly string[]>> = {
  ExternalSecret: ['spec', 'target', 'name'],
  SealedSecret: ['spec', 'template', 'metadata', 'name'],
  VaultStaticSecret: ['spec', 'destination', 'name'],
  VaultDynamicSecret: ['spec', 'destination', 'name'],
};

/** @throws UsageError with file and line where a Secret is named that the manifests neither hold nor make */
export function fitSecrets(fitting: Fitting, cluster: Mutable, owner: string): void {
  dropOptional(fitting, cluster);
  const made = new Map<string, Mutable>();
  for (const kind of Object.keys(makers)) for (const object of fitting.of(kind)) made.set(secretOf(object), object);
  for (const object of fitting.of('Secret').filter((one) => one.sops !== undefined))
    made.set(object.metadata.name, object);
  for (const { secret, username, field } of needed(cluster, owner)) {
    const maker = made.get(secret);
    if (maker) {
      const why = `the password that ${maker.kind === 'Secret' ? 'is encrypted by SOPS' : `the ${maker.kind} would fetch`} is generated`;
      if (fitting.of(maker.kind).includes(maker)) fitting.leaveOut(maker, why);
      fitting.add(account(secret, cluster.metadata.namespace, username), why);
    } else if (!fitting.has('Secret', secret))
      throw new UsageError(
        `${placeOf(fitting.placed(cluster))}: ${field} names the Secret ${secret}, which the manifests neither hold nor generate; add its file, or the ExternalSecret that makes it`,
      );
  }
  for (const object of made.values())
    if (fitting.of(object.kind).includes(object)) fitting.leaveOut(object, 'the drill does not need its Secret');
}

const secretOf = (object: Mutable): string =>
  makers[object.kind]!.reduce((at, key) => at?.[key], object) ?? object.metadata.name;

function needed({ spec }: Mutable, owner: string): Needed[] {
  const roles: Mutable[] = spec.managed?.roles ?? [];
  const initdb = spec.bootstrap?.initdb?.secret?.name;
  const superuser = spec.superuserSecret?.name;
  return [
    ...(initdb ? [{ secret: initdb, username: owner, field: 'spec.bootstrap.initdb.secret' }] : []),
    ...(superuser ? [{ secret: superuser, username: 'postgres', field: 'spec.superuserSecret' }] : []),
    ...roles.flatMap(({ name, passwordSecret }) =>
      passwordSecret?.name
        ? [{ secret: passwordSecret.name, username: name, field: `spec.managed.roles (${name})` }]
        : [],
    ),
  ];
}

function account(name: string, namespace: string | undefined, username: string): KubeObject {
  const password = randomBytes(16).toString('hex');
  hideSecrets([password]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, ...(namespace && { namespace }), labels: { 'cnpg.io/reload': 'true' } },
    type: 'kubernetes.io/basic-auth',
    stringData: { username, password },
  };
}

/** What a Cluster can do without where it is missing. */
function dropOptional(fitting: Fitting, cluster: Mutable): void {
  const { spec } = cluster;
  const missing = (kind: string, name: unknown) => typeof name === 'string' && !fitting.has(kind, name);
  const lists: readonly (readonly [string[], string])[] = [
    [['spec', 'monitoring', 'customQueriesConfigMap'], 'ConfigMap'],
    [['spec', 'monitoring', 'customQueriesSecret'], 'Secret'],
    [['spec', 'bootstrap', 'initdb', 'postInitSQLRefs', 'configMapRefs'], 'ConfigMap'],
    [['spec', 'bootstrap', 'initdb', 'postInitSQLRefs', 'secretRefs'], 'Secret'],
    [['spec', 'bootstrap', 'initdb', 'postInitApplicationSQLRefs', 'configMapRefs'], 'ConfigMap'],
    [['spec', 'bootstrap', 'initdb', 'postInitApplicationSQLRefs', 'secretRefs'], 'Secret'],
  ];
  for (const [path, kind] of lists) {
    const list: Mutable[] | undefined = path.reduce((at, key) => at?.[key], cluster);
    if (list?.some(({ name }) => missing(kind, name)))
      fitting.set(
        cluster,
        path,
        list.filter(({ name }) => !missing(kind, name)),
        `the manifests do not hold the ${kind}`,
      );
  }
  if (spec.envFrom) fitting.remove(cluster, ['spec', 'envFrom'], 'the drill needs no environment of the instances');
  if (spec.postgresql?.ldap) fitting.remove(cluster, ['spec', 'postgresql', 'ldap'], 'the drill has no LDAP server');
}

/**
 * What somebody put into a namespace that is kept for restores: a way to read the copy of production. The look is a help, and
 * sees neither ClusterRoleBindings, nor tokens that were asked for, nor workloads that have no pod yet; that nobody made the
 * namespace first is what counts.
 */
import { isDeepStrictEqual } from 'node:util';
import { cameTrue } from '../../../wait.ts';
import { apiStatus, type Kube } from '../../cnpg/api/kube.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { type KubeObject, podKind, refTo, secretKind } from '../../cnpg/objects.ts';
import { type Account, ownAccount, serviceAccount } from '../safety/account.ts';
import { restoredName } from './objects.ts';

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}
interface Binding extends KubeObject {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
}
const bindingKind = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' } as const;
const accountKind = { apiVersion: 'v1', kind: 'ServiceAccount' } as const;
const tokenType = 'kubernetes.io/service-account-token';
const ofAccount = 'kubernetes.io/service-account.name';

/** Kubernetes collects what the operator made for an earlier restore some seconds after its Cluster. */
const collectedWithinMs = 60_000;

/** OpenShift binds accounts of every namespace: they pull, build and deploy images in it. */
const ofOpenShift = (namespace: string): Readonly<Record<string, Subject>> => ({
  'system:image-puller': { kind: 'Group', name: `system:serviceaccounts:${namespace}` },
  'system:image-builder': { kind: 'ServiceAccount', name: 'builder', namespace },
  'system:deployer': { kind: 'ServiceAccount', name: 'deployer', namespace },
});
/** Accounts that Kubernetes and OpenShift make in every namespace. OpenShift before 4.16 keeps a token of each in a Secret. */
const usualAccounts: ReadonlySet<unknown> = new Set(['default', 'builder', 'deployer']);

/** What an overlay of kustomize makes of the name: a prefix, a suffix, or both. */
const renamed = new RegExp(`^(?:[a-z0-9.-]+-)?${serviceAccount}(?:-[a-z0-9.-]+)?$`);

/**
 * The account of the drill: that which it runs as, or the one that `manifests` prints. Where a person or an account of
 * another namespace starts it, nothing says how an overlay renamed that one.
 */
function isDrill({ kind, name, namespace }: Subject, { site }: ClusterAt, own: Account | undefined): boolean {
  if (kind !== 'ServiceAccount') return false;
  if (own && name === own.name && namespace === own.namespace) return true;
  const here = own?.namespace === site.namespace;
  return namespace === site.namespace && (here ? name === serviceAccount : renamed.test(name));
}

interface Look {
  readonly at: ClusterAt;
  readonly namespace: string;
  readonly own: Account | undefined;
}

/** Exactly the binding of `manifests`, or one of OpenShift. The operator's exists while a restore does, and not before. */
function isUsual({ metadata, roleRef, subjects = [] }: Binding, { at, namespace, own }: Look): boolean {
  if (subjects.length === 0) return true;
  const isOf = (wanted: Subject | undefined): boolean =>
    wanted !== undefined &&
    subjects.every(({ kind, name, namespace: of }) =>
      isDeepStrictEqual({ kind, name, ...(of !== undefined && { namespace: of }) }, wanted),
    );
  if (roleRef.kind === 'ClusterRole') return isOf(ofOpenShift(namespace)[roleRef.name]);
  const named = roleRef.kind === 'Role' && [metadata.name, roleRef.name].every((one) => one === 'pgdrill');
  return named && subjects.every((one) => isDrill(one, at, own));
}

const nothingIf403 =
  <T>(otherwise: T) =>
  (error: unknown): T => {
    if (apiStatus(error) === 403) return otherwise;
    throw error;
  };

/** Bindings and the account where this user may see them, since Roles of earlier versions do not grant it. */
async function allStrangers(look: Look): Promise<string[]> {
  const { namespace } = look;
  const { kube } = look.at;
  const [bindings, account, secrets, pods] = await Promise.all([
    kube.list<Binding>(bindingKind, namespace).catch(nothingIf403<Binding[]>([])),
    accountIn(kube, namespace),
    kube.list<KubeObject>(secretKind, namespace),
    kube.list<KubeObject>(podKind, namespace),
  ]);
  const isToken = ({ type, metadata }: KubeObject): boolean =>
    type === tokenType && !usualAccounts.has(annotationsOf(metadata)[ofAccount]);
  // One that exists is taken by the operator for its own, such as an authority whose key somebody knows.
  const ofOperator = ({ metadata }: KubeObject): boolean => metadata.name.startsWith(`${restoredName}-`);
  return [
    ...bindings
      .filter((one) => !isUsual(one, look))
      .map(
        ({ metadata }) => `the RoleBinding ${metadata.name}, whose subjects could read a restored copy of production`,
      ),
    ...(account
      ? [
          `the ServiceAccount ${restoredName}, whose token somebody may have, which could read a restored copy of production`,
        ]
      : []),
    ...secrets
      .filter((one) => isToken(one) || ofOperator(one))
      .map(
        ({ metadata }) => `the Secret ${metadata.name}, by which somebody could reach a restored copy of production`,
      ),
    // A volume of a Secret that does not exist yet is filled once a restore makes it.
    ...pods.map(
      ({ metadata }) => `the Pod ${metadata.name}, which could mount the Secrets of a restored copy of production`,
    ),
  ];
}

const annotationsOf = (metadata: object): Readonly<Record<string, string>> =>
  (metadata as { readonly annotations?: Readonly<Record<string, string>> }).annotations ?? {};

const accountIn = (kube: Kube, namespace: string): Promise<KubeObject | undefined> =>
  kube.read<KubeObject>(refTo(accountKind, restoredName, namespace)).catch(nothingIf403(undefined));

/** @returns the first thing there that neither `manifests` nor Kubernetes made; what an earlier restore had is waited for */
export async function strangerIn(
  at: ClusterAt,
  namespace: string,
  withinMs = collectedWithinMs,
): Promise<string | undefined> {
  const look = { at, namespace, own: await ownAccount(at.kube) };
  let found: string[] = [];
  const ofEarlier = (what: string): boolean => new RegExp(`^the \\S+ ${restoredName}(?:,|-)`).test(what);
  await cameTrue(
    async () => {
      found = await allStrangers(look);
      return found.length === 0 || !found.every(ofEarlier);
    },
    { withinMs, everyMs: 1_000 },
  );
  return found[0];
}

/** Asks the API, before anything is done, whether a drill may do what it needs. */
import { UsageError } from '../../errors.ts';
import type { FaultKind } from '../../faults/index.ts';
import type { Right } from '../../faults/right.ts';
import type { Kube } from '../cnpg/api/kube.ts';
import type { Site } from '../cnpg/names.ts';
import type { KubeObject } from '../cnpg/objects.ts';
import { baseRights, faultRights, type RightsFor, ruleOf } from './safety/rights.ts';

interface Review extends KubeObject {
  readonly status?: { readonly allowed?: boolean };
}

/** The rights among these that are lacking, a verb each. */
async function lackingRights(kube: Kube, site: Site, rights: readonly Right[]): Promise<Right[]> {
  const single = rights.flatMap((right) => right.verbs.map((verb) => ({ ...right, verbs: [verb] })));
  const allowed = await Promise.all(single.map((right) => mayI(kube, site, right)));
  return single.filter((_, i) => !allowed[i]);
}

async function mayI(kube: Kube, site: Site, right: Right): Promise<boolean> {
  const { group, resource, verbs, names } = right;
  const namespace = namespaceOf(site, right);
  const [name, subresource] = resource.split('/');
  const resourceAttributes = {
    ...(namespace !== undefined && { namespace }),
    group,
    resource: name,
    verb: verbs[0],
    ...(subresource && { subresource }),
    ...(names?.[0] && { name: names[0] }),
  };
  const review = await kube.create<Review>({
    ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: { name: '' } },
    spec: { resourceAttributes },
  });
  return review.status?.allowed === true;
}

/** Undefined: in all, and without one. */
const namespaceOf = (site: Site, { where, namespace }: Right): string | undefined =>
  ({ cluster: site.namespace, operator: site.operatorNamespace, restore: namespace, everywhere: undefined })[where];

/** @throws UsageError naming the verbs that every drill needs and this user lacks, with the Role's rule that grants them */
export const demandBase = (kube: Kube, site: Site, names: RightsFor): Promise<void> =>
  demandRights(kube, site, baseRights(names));

/** @throws UsageError naming those that this user lacks, with the rule that grants them */
export async function demandRights(kube: Kube, site: Site, rights: readonly Right[]): Promise<void> {
  const lacking = await lackingRights(kube, site, rights);
  if (lacking.length > 0) throw new UsageError(`this user ${sentence(site, lacking)}`);
}

/** Why a fault cannot be done with this user's rights; undefined where it can. */
export async function whyNoRight(
  kube: Kube,
  site: Site,
  fault: FaultKind,
  names: RightsFor,
): Promise<string | undefined> {
  const lacking = await lackingRights(kube, site, faultRights(fault, names));
  return lacking.length > 0 ? `${fault} is not possible: this user ${sentence(site, lacking)}` : undefined;
}

const withoutNamespace: ReadonlySet<string> = new Set(['nodes', 'namespaces', 'persistentvolumes', 'storageclasses']);

function sentence(site: Site, lacking: readonly Right[]): string {
  const what = lacking.map((one) => {
    const [kind, sub] = one.resource.split('/');
    const name = `${kind}${one.group && `.${one.group}`}${sub ? `/${sub}` : ''}`;
    if (withoutNamespace.has(one.resource)) return `${one.verbs[0]} ${name}`;
    return `${one.verbs[0]} ${name} in ${namespaceOf(site, one) ?? 'namespaces of its own'}`;
  });
  const role = lacking.some(({ where }) => where === 'everywhere') ? 'ClusterRole' : 'Role';
  return `may not ${what.join(', nor ')}; the ${role} needs: ${merged(lacking).map(ruleOf).join(' ')}`;
}

/** Verbs of the same resource in one rule. */
const merged = (rights: readonly Right[]): Right[] =>
  [...Map.groupBy(rights, ({ group, resource, names }) => `${group}/${resource}/${names}`).values()].map((alike) => ({
    ...alike[0]!,
    verbs: alike.flatMap(({ verbs }) => verbs),
  }));

/** The manifests as a base of kustomize, whose overlays may set `namespace`, `images` and `namePrefix`. Pure. */
import { stringify } from 'yaml';
import { ownManifests } from './index.ts';
import type { Manifest, Monthly } from './plan.ts';
import { operatorRoles } from './role.ts';

export interface File {
  /** Relative to the folder. */
  readonly path: string;
  readonly text: string;
}

export const textOf = (objects: readonly Manifest[]): string =>
  objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n');

const kustomization = (resources: readonly string[]): string =>
  stringify({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources });

/**
 * A base, and, where a scenario breaks the operator, another one beside it: kustomize's `namespace` would move the Role from
 * the operator's namespace.
 * @param header the comment at the top
 */
export function kustomizeFiles(plan: Monthly, header: string): File[] {
  const far = operatorRoles(plan);
  const moved = `# In the namespace of the operator. Its RoleBinding names the account pgdrill in ${plan.namespace}: where an overlay\n# moves or renames that account, change the name here too. Apply it without a namespace of its own.\n`;
  return [
    { path: 'base/kustomization.yaml', text: `${header}\n${kustomization(['pgdrill.yaml'])}` },
    { path: 'base/pgdrill.yaml', text: textOf(ownManifests(plan)) },
    ...(far.length > 0
      ? [
          { path: 'operator/kustomization.yaml', text: `${moved}${kustomization(['rights.yaml'])}` },
          { path: 'operator/rights.yaml', text: textOf(far) },
        ]
      : []),
  ];
}

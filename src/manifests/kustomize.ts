/** The manifests as a base of kustomize, whose overlays may set `namespace`, `images` and `namePrefix`. Pure. */
import { stringify } from 'yaml';
import { admission, admissionGroup } from './admission.ts';
import { ownManifests } from './index.ts';
import type { Manifest, Monthly } from './plan.ts';
import { operatorRoles, restorePlace } from './role.ts';

export interface File {
  /** Relative to the folder. */
  readonly path: string;
  readonly text: string;
}

export const textOf = (objects: readonly Manifest[]): string =>
  objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');

const kustomization = (resources: readonly string[], configurations: readonly string[] = []): string =>
  stringify({
    ...{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources },
    ...(configurations.length > 0 && { configurations }),
  });

const binding = 'ValidatingAdmissionPolicyBinding';
/** What names what in the admission policy, so that it follows where an overlay renames or moves the account. */
const references = {
  nameReference: [
    { kind: 'ServiceAccount', version: 'v1', fieldSpecs: [{ kind: binding, path: 'spec/paramRef' }] },
    {
      ...{ kind: 'ValidatingAdmissionPolicy', group: admissionGroup },
      fieldSpecs: [{ kind: binding, path: 'spec/policyName' }],
    },
  ],
};

/**
 * Kustomize follows a reference within a namespace only, and takes kinds that it does not know for ones that have one. The API
 * server takes it off objects of the whole cluster.
 */
const inNamespace = (namespace: string, object: Manifest): Manifest => ({
  ...object,
  metadata: { ...(object.metadata as object), namespace },
});

/**
 * A base, and others beside it for what lies in further namespaces, from where kustomize's `namespace` would move it.
 * @param header the comment at the top
 */
export function kustomizeFiles(plan: Monthly, header: string): File[] {
  const apart = [
    { folder: 'operator', what: 'In the namespace of the operator', objects: operatorRoles(plan) },
    { folder: 'restore', what: 'The namespace that is kept for restores', objects: restorePlace(plan) },
  ];
  const note = (what: string) =>
    `# ${what}. It names the account pgdrill in ${plan.namespace}: where an overlay moves or renames that\n# account, change the subjects here too, and the namespace in the label pgdrill.dev/restore-from. Apply it without a namespace or a prefix of its own.\n`;
  const policy = admission(plan, true).map((object) => inNamespace(plan.namespace, object));
  const own =
    policy.length > 0
      ? kustomization(['pgdrill.yaml', 'admission.yaml'], ['references.yaml'])
      : kustomization(['pgdrill.yaml']);
  return [
    { path: 'base/kustomization.yaml', text: `${header}\n${own}` },
    { path: 'base/pgdrill.yaml', text: textOf(ownManifests(plan)) },
    ...(policy.length > 0
      ? [
          { path: 'base/admission.yaml', text: textOf(policy) },
          { path: 'base/references.yaml', text: stringify(references) },
        ]
      : []),
    ...apart
      .filter(({ objects }) => objects.length > 0)
      .flatMap(({ folder, what, objects }) => [
        { path: `${folder}/kustomization.yaml`, text: `${note(what)}${kustomization(['rights.yaml'])}` },
        { path: `${folder}/rights.yaml`, text: textOf(objects) },
      ]),
  ];
}

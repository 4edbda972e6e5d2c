/** operator-upgrade: the manifest of a newer release is applied over that of the older one, as the documentation of CloudNativePG says. */
import { UsageError } from '../../../errors.ts';
import { applyAll } from '../../cnpg/api/apply.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { type ApiFault, word } from '../../cnpg/faults/fault.ts';
import { parseObjects, placeOperator } from '../../cnpg/manifests.ts';
import { operatorLabels } from '../../cnpg/names.ts';
import { type Deployment, deploymentKind, type KubeObject, type Pod, podKind } from '../../cnpg/objects.ts';
import { defaultManifest, readReleaseManifest } from '../../cnpg/observe/operator.ts';
import { allUpdated, instancesOf, poolersOf, whyNoUpdate } from '../upgrades.ts';

const variable = 'PGDRILL_OPERATOR_UPGRADE';
const released = { whose: 'the newer operator’s', variable };
const what = 'the upgrade of the operator';
const operatorWithinMs = 240_000;
/** The init container that brings the operator’s own program into pods of instances and poolers (CloudNativePG, pkg/specs/containers.go). */
const bootstrap = 'bootstrap-controller';

interface Template {
  readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
}

/** The image of the operator’s Deployment. @throws UsageError where none of the objects is one with an image */
function operatorImage(objects: readonly KubeObject[], from: string): string {
  const deployment = objects.find(({ kind }) => kind === 'Deployment') as { readonly spec?: Template } | undefined;
  const image = deployment?.spec?.template?.spec?.containers?.[0]?.image;
  if (!image) throw new UsageError(`${from} should hold the Deployment of an operator with its image, but does not`);
  return image;
}

const manifestOf = async (from: string, given: typeof released = released): Promise<KubeObject[]> =>
  placeOperator(parseObjects(await readReleaseManifest(from, given), `${given.whose} manifest`));

const operators = ({ kube, site }: ClusterAt) => kube.list<Pod>(podKind, site.operatorNamespace, operatorLabels);

export const operatorUpgrade: ApiFault = {
  async lacks(env) {
    const to = env[variable];
    if (!to)
      return `${what} needs a second operator: name the manifest of a newer release in ${variable}, a file or https://…#sha256=<64 hex digits>`;
    const first = { whose: 'the operator’s', variable: 'PGDRILL_OPERATOR_MANIFEST' };
    try {
      const before = operatorImage(await manifestOf(env[first.variable] || defaultManifest, first), first.variable);
      return whyNoUpdate({ what, from: before, to: operatorImage(await manifestOf(to), variable), variable });
    } catch (error) {
      return (error as Error).message;
    }
  },
  async prepare(at) {
    const { kube, site } = at;
    const from = process.env[variable];
    if (!from) throw new UsageError((await operatorUpgrade.lacks!(process.env))!);
    const objects = await manifestOf(from);
    const image = operatorImage(objects, variable);
    const deployments = await kube.list<Deployment>(deploymentKind, site.operatorNamespace, operatorLabels);
    const running = operatorImage(
      deployments.map((one) => ({ ...one, kind: 'Deployment' })),
      `the namespace ${site.operatorNamespace}`,
    );
    const why = whyNoUpdate({ what, from: running, to: image, variable });
    if (why) throw new UsageError(why);
    return {
      how: { image },
      described: { from: running, to: image },
      breakIt: async () => void (await applyAll(kube, objects, new AbortController().signal)),
      prove: () => allUpdated(() => operators(at), { container: 'manager', image }, operatorWithinMs),
    };
  },
  async heal(at, how) {
    const image = { container: bootstrap, image: word(how, 'image') };
    // Each runs the operator’s own program, so the operator replaces them all.
    const instances = await allUpdated(() => instancesOf(at), image);
    return `${instances}; ${await allUpdated(() => poolersOf(at), image)}`;
  },
};

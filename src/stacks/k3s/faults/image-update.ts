/** image-update: the Cluster names another image, as a change in git does; the operator replaces one instance after another. */
import { UsageError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { type ApiFault, word } from '../../cnpg/faults/fault.ts';
import { postgresContainer } from '../../cnpg/names.ts';
import { type Cluster, clusterKind, refTo } from '../../cnpg/objects.ts';
import { allUpdated, imageIn, instancesOf, versionOf, whyNoUpdate } from '../upgrades.ts';

const variable = 'PGDRILL_POSTGRES_UPDATE';
const what = 'the update of PostgreSQL';

export const imageUpdate: ApiFault = {
  async lacks(env) {
    const to = env[variable];
    if (!to)
      return `${what} needs a second image: name one of a newer minor version in ${variable}, such as ghcr.io/cloudnative-pg/postgresql:17.12-system-trixie`;
    return versionOf(to)
      ? undefined
      : `${what} needs an image with its version as a tag, such as postgresql:17.12, but ${variable} names ${to}`;
  },
  async prepare(at) {
    const { kube, site } = at;
    const ref = refTo(clusterKind, site.cluster, site.namespace);
    const lacking = await imageUpdate.lacks!(process.env);
    if (lacking) throw new UsageError(lacking);
    const image = process.env[variable]!;
    const from = (await kube.read<Cluster & { readonly spec: { readonly imageName?: string } }>(ref))?.spec.imageName;
    const running = from ?? imageIn((await instancesOf(at))[0]!, postgresContainer) ?? '';
    const why = whyNoUpdate({ what, from: running, to: image, variable, sameFirst: 1 });
    if (why) throw new UsageError(why);
    const before = new Map((await instancesOf(at)).map(({ metadata }) => [metadata.name, metadata.uid]));
    return {
      how: { image },
      described: { from: running, to: image },
      breakIt: () => kube.patch(ref, { spec: { imageName: image } }),
      prove: () =>
        until(
          async () => {
            const pods = await instancesOf(at);
            const changed = pods.find(
              ({ metadata }) => metadata.deletionTimestamp !== undefined || before.get(metadata.name) !== metadata.uid,
            );
            return changed && `the operator replaces ${changed.metadata.name}`;
          },
          { withinMs: 120_000, everyMs: 500, what: 'the operator to begin with the update' },
        ),
    };
  },
  heal: (at, how) => allUpdated(() => instancesOf(at), { container: postgresContainer, image: word(how, 'image') }),
};

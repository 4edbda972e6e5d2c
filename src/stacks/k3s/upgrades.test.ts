import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SetupError, UsageError } from '../../errors.ts';
import type { Kube } from '../cnpg/api/kube.ts';
import type { KubeObject, Pod, Ref } from '../cnpg/objects.ts';
import { imageUpdate } from './faults/image-update.ts';
import { operatorUpgrade } from './faults/operator-upgrade.ts';
import { allUpdated, versionOf, whyNoUpdate } from './upgrades.ts';

const postgres = (version: string) => `ghcr.io/cloudnative-pg/postgresql:${version}-system-trixie`;
const operator = (version: string) => `ghcr.io/cloudnative-pg/cloudnative-pg:${version}`;
const site = { namespace: 'db', cluster: 'pg', operatorNamespace: 'cnpg-system' };
const instance = { kind: 'cluster', name: 'cluster' } as const;
const theOperator = { kind: 'operator', name: 'operator' } as const;

interface Running {
  readonly postgres?: string;
  readonly operator?: string;
}

/** What an API with one Cluster, its operator and a Pooler holds; `replaces`: the operator does its work at once. */
function cluster(running: Running, replaces = true) {
  const now = { postgres: running.postgres ?? postgres('17.10'), operator: running.operator ?? operator('1.29.0') };
  let wanted = now.postgres;
  let uid = 'a';
  const applied: KubeObject[] = [];
  const pod = (name: string, containers: object[], initContainers: object[] = []) =>
    ({
      metadata: { name, uid: `${name}-${uid}` },
      spec: { containers, initContainers },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    }) as unknown as Pod;
  const bootstrap = () => [{ name: 'bootstrap-controller', image: now.operator }];
  const kube = {
    read: async () => ({ metadata: { name: 'pg' }, spec: { imageName: wanted } }),
    patch: async (_: Ref, { spec }: { spec: { imageName: string } }) => {
      wanted = spec.imageName;
      if (!replaces) return;
      now.postgres = wanted;
      uid = 'b';
    },
    apply: async (object: KubeObject) => {
      applied.push(object);
      const { spec } = object as { spec?: { template?: { spec: { containers: { image: string }[] } } } };
      if (object.kind === 'Deployment' && replaces) now.operator = spec!.template!.spec.containers[0]!.image;
    },
    list: async ({ kind }: { kind: string }, namespace: string, labels: string) => {
      if (kind === 'Deployment')
        return [{ metadata: { name: 'm' }, spec: { template: { spec: { containers: [{ image: now.operator }] } } } }];
      if (namespace === 'cnpg-system') return [pod('m-1', [{ name: 'manager', image: now.operator }])];
      if (labels.startsWith('cnpg.io/poolerName')) return [pod('pool-1', [{ name: 'pgbouncer' }], bootstrap())];
      return ['pg-1', 'pg-2'].map((name) => pod(name, [{ name: 'postgres', image: now.postgres }], bootstrap()));
    },
  };
  return { applied, at: { kube: kube as unknown as Kube, site: site as never, id: 'x', shell: undefined as never } };
}

const manifest = (image: string) =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cnpg-controller-manager', namespace: 'cnpg-system' },
    spec: { template: { spec: { containers: [{ name: 'manager', image }] } } },
  });

describe('versions of images', () => {
  it('are read from the tag, whatever comes with it', () => {
    expect(versionOf(postgres('17.12'))).to.deep.equal([17, 12]);
    expect(versionOf(`${operator('v1.30.0')}@sha256:${'0'.repeat(64)}`)).to.deep.equal([1, 30, 0]);
    expect(versionOf('registry:5000/postgresql:18.0')).to.deep.equal([18, 0]);
    for (const none of ['postgresql', 'postgresql:latest', 'registry:5000/postgresql', 'postgresql:17'])
      expect(versionOf(none), none).to.equal(undefined);
  });

  it('make an update only where the second is newer', () => {
    const why = (from: string, to: string, sameFirst = 0) =>
      whyNoUpdate({ what: 'the update', from, to, variable: 'V', sameFirst });
    expect(why(operator('1.29.0'), operator('1.30.0'))).to.equal(undefined);
    expect(why(operator('1.29.9'), operator('1.29.10'))).to.equal(undefined);
    expect(why(postgres('17.9'), postgres('17.12'), 1)).to.equal(undefined);
    expect(why(operator('1.30.0'), operator('1.30.0'))).to.equal(
      'the update needs a newer version: 1.30.0 runs, and V names 1.30.0, which is the same; name a newer one',
    );
    expect(why(operator('1.30.0'), operator('1.29.1'))).to.include('1.29.1, which is older, and nothing downgrades');
    expect(why(postgres('17.12'), postgres('18.1'), 1)).to.include(
      'another major version and stops the whole cluster; name a newer 17.x',
    );
    expect(why(postgres('17.12'), 'postgresql:latest')).to.include('but postgresql:latest has none; name another in V');
  });
});

describe('waiting for an update', () => {
  it('names the first pod that is behind', async () => {
    const behind = { metadata: { name: 'pg-2' }, spec: { containers: [{ name: 'postgres', image: 'old' }] } };
    const waiting = allUpdated(async () => [behind as unknown as Pod], { container: 'postgres', image: 'new' }, 10);
    const error = await waiting.catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(SetupError).with.property('message').that.includes('pg-2 runs old');
  });
});

describe('an upgrade under load', () => {
  let folder: string;
  const variables = ['PGDRILL_OPERATOR_UPGRADE', 'PGDRILL_POSTGRES_UPDATE'] as const;
  const before = variables.map((name) => process.env[name]);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-upgrades-'));
    for (const version of ['1.29.0', '1.30.0'])
      await writeFile(join(folder, `${version}.yaml`), manifest(operator(version)));
  });
  afterEach(async () => {
    for (const [i, name] of variables.entries())
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    await rm(folder, { recursive: true });
  });
  const file = (version: string) => join(folder, `${version}.yaml`);
  const refusal = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UsageError);
    return (error as Error).message;
  };

  it('of the operator applies the manifest, and ends once instances and poolers run with its image', async () => {
    process.env.PGDRILL_OPERATOR_UPGRADE = file('1.30.0');
    const { at, applied } = cluster({});
    const { how, breakIt, prove, described } = await operatorUpgrade.prepare(at, theOperator, {});
    expect(how).to.deep.equal({ image: operator('1.30.0') });
    expect(described).to.deep.equal({ from: operator('1.29.0'), to: operator('1.30.0') });
    expect(applied).to.deep.equal([]);
    await breakIt();
    expect(applied.map(({ kind }) => kind)).to.deep.equal(['Deployment']);
    expect(await prove()).to.equal(`m-1 run ${operator('1.30.0')}`);
    expect(await operatorUpgrade.heal(at, how)).to.equal(
      `pg-1, pg-2 run ${operator('1.30.0')}; pool-1 run ${operator('1.30.0')}`,
    );
  });

  it('of the operator is refused before a stack is opened: without a second manifest, to the same, to an older one', async () => {
    const lacks = (from: string, to?: string) =>
      operatorUpgrade.lacks!({ PGDRILL_OPERATOR_MANIFEST: file(from), PGDRILL_OPERATOR_UPGRADE: to && file(to) });
    expect(await lacks('1.29.0')).to.include('needs a second operator: name the manifest of a newer release in');
    expect(await lacks('1.29.0', '1.30.0')).to.equal(undefined);
    expect(await lacks('1.30.0', '1.30.0')).to.include('which is the same');
    expect(await lacks('1.30.0', '1.29.0')).to.include('which is older');
    expect(await lacks('1.29.0', '9.9.9')).to.include('cannot be read');
  });

  it('of the operator is refused on a stack that runs that release already', async () => {
    process.env.PGDRILL_OPERATOR_UPGRADE = file('1.30.0');
    const { at, applied } = cluster({ operator: operator('1.30.0') });
    expect(await refusal(operatorUpgrade.prepare(at, theOperator, {}))).to.include('which is the same');
    expect(applied).to.deep.equal([]);
  });

  it('of PostgreSQL names the image in the Cluster, and ends once every instance runs it', async () => {
    process.env.PGDRILL_POSTGRES_UPDATE = postgres('17.12');
    const { at } = cluster({});
    const { how, breakIt, prove } = await imageUpdate.prepare(at, instance, {});
    await breakIt();
    expect(await prove()).to.equal('the operator replaces pg-1');
    expect(await imageUpdate.heal(at, how)).to.equal(`pg-1, pg-2 run ${postgres('17.12')}`);
  });

  it('of PostgreSQL is refused without a second image, to the same, to an older or another major version', async () => {
    expect(await imageUpdate.lacks!({})).to.include('needs a second image');
    expect(await imageUpdate.lacks!({ PGDRILL_POSTGRES_UPDATE: 'postgresql:latest' })).to.include('version as a tag');
    for (const [to, why] of [
      [postgres('17.10'), 'which is the same'],
      [postgres('17.9'), 'which is older'],
      [postgres('18.1'), 'another major version'],
    ] as const) {
      process.env.PGDRILL_POSTGRES_UPDATE = to;
      expect(await refusal(imageUpdate.prepare(cluster({}).at, instance, {}))).to.include(why);
    }
  });
});

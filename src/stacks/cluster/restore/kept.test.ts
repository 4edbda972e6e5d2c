import { expect } from 'chai';
import { UsageError } from '../../../errors.ts';
import { TestApi } from '../test-api.ts';
import { demandKept } from './kept.ts';
import { keptLabel, restoreLabels } from './objects.ts';
import { removeRestore, restoresLeft } from './remove.ts';

const name = 'pgdrill-restore-db-pg';
const place = `/api/v1/namespaces/${name}`;
const cnpg = `/apis/postgresql.cnpg.io/v1/namespaces/${name}`;
const ours = restoreLabels('db', 'pg');

describe('a namespace that is kept for restores', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await TestApi.start();
    namespace({ ...ours, ...keptLabel });
    closed(['Ingress', 'Egress']);
  });
  afterEach(() => api[Symbol.asyncDispose]());
  const closed = (policyTypes: readonly string[]) =>
    api.add(`/apis/networking.k8s.io/v1/namespaces/${name}/networkpolicies/pgdrill`, {
      spec: { podSelector: {}, policyTypes },
    });
  const namespace = (labels: Record<string, string>) =>
    api.add(place, { kind: 'Namespace', metadata: { name, labels } });
  /** What a restore makes, and what the operator makes of it. */
  const restored = () => {
    const labels = { 'cnpg.io/cluster': 'restored' };
    api.add(`${cnpg}/clusters/restored`, { metadata: { name: 'restored', labels: ours } });
    api.add(`${place}/secrets/store`, { metadata: { name: 'store', labels: ours } });
    api.add(`${place}/secrets/mine`, { metadata: { name: 'mine' } });
    api.add(`${place}/secrets/restored-ca`, { metadata: { name: 'restored-ca' } });
    api.add(`${place}/pods/restored-1`, { metadata: { name: 'restored-1', labels } });
    api.add(`${place}/persistentvolumeclaims/restored-1`, {
      metadata: { name: 'restored-1', labels },
      spec: { volumeName: 'pv-1' },
    });
    api.add('/api/v1/persistentvolumes/pv-1', { spec: { claimRef: { namespace: name } } });
  };
  const collected = () => {
    const inside = ['pods/restored-1', 'persistentvolumeclaims/restored-1', 'secrets/restored-ca'];
    for (const path of inside) api.objects.delete(`${place}/${path}`);
    api.objects.delete('/api/v1/persistentvolumes/pv-1');
  };
  const refusal = async (): Promise<Error> =>
    demandKept(api.at(), name).then(
      () => new Error('it was taken'),
      (error) => error,
    );

  it('is emptied of what a restore made, and stays with all else', async () => {
    restored();
    setTimeout(collected, 50);
    expect(await restoresLeft(api.at())).to.deep.equal([name]);
    expect(await removeRestore(api.at(), name, 3_000)).to.deep.equal([]);
    expect(api.objects.has(place)).to.equal(true);
    expect([...api.objects.keys()].filter((path) => path.startsWith(`${place}/`))).to.deep.equal([
      `${place}/secrets/mine`,
    ]);
    expect(await restoresLeft(api.at())).to.deep.equal([]);
  });

  it('is not empty while a pod, a claim, a volume or a Secret of the restored Cluster is left', async () => {
    restored();
    expect(await removeRestore(api.at(), name, 10)).to.deep.equal([
      `Pod restored-1 in ${name}`,
      `PersistentVolumeClaim restored-1 in ${name}`,
      `Secret restored-ca in ${name}`,
      `PersistentVolume pv-1 of ${name}`,
    ]);
  });

  it('is taken where it is empty and of this Cluster', async () => {
    expect((await refusal()).message).to.equal('it was taken');
  });

  it('is refused in one sentence where it is another’s, missing, or in use', async () => {
    namespace({ ...restoreLabels('db', 'other'), ...keptLabel });
    expect((await refusal()).message).to.include('is not kept for restores of pg in db; pgdrill manifests prints one');
    namespace(ours);
    expect(await refusal()).to.be.instanceOf(UsageError);
    api.objects.delete(place);
    expect((await refusal()).message).to.include('does not exist: make it for restores of pg in db');
    namespace({ ...ours, ...keptLabel });
    restored();
    expect((await refusal()).message).to.include('holds the Cluster restored of an earlier restore; run: pgdrill heal');
    api.forbidden = /namespaces\/pgdrill-restore/;
    expect((await refusal()).message).to.include(`the namespace ${name} may not be read by this user`);
  });

  it('is refused where a restored copy could connect to whatever the cluster reaches', async () => {
    closed(['Ingress']);
    expect((await refusal()).message)
      .to.include('has no NetworkPolicy that closes egress')
      .and.include('apply what');
  });

  it('is refused where a volume of an earlier restore still holds the data', async () => {
    api.add('/api/v1/persistentvolumes/pv-1', {
      spec: { claimRef: { namespace: name }, persistentVolumeReclaimPolicy: 'Retain' },
    });
    expect((await refusal()).message).to.include(
      `left a copy of the data: PersistentVolume pv-1 of ${name}, which its reclaim policy Retain keeps`,
    );
  });

  it('is left alone where it belongs to another Cluster', async () => {
    namespace({ ...restoreLabels('db', 'other'), ...keptLabel });
    restored();
    expect((await removeRestore(api.at(), name, 10))[0]).to.include('which no drill on pg made');
    expect(api.objects.has(`${cnpg}/clusters/restored`)).to.equal(true);
  });
});

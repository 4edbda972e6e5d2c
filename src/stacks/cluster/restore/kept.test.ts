import { expect } from 'chai';
import { UsageError } from '../../../errors.ts';
import type { KubeObject } from '../../cnpg/objects.ts';
import { TestApi } from '../test-api.ts';
import { demandKept } from './kept.ts';
import { keptLabel, restoreLabels } from './objects.ts';
import { restorePolicySpec, towardsStore } from './policy.ts';
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
    policy(usual);
    bound('pgdrill', 'pgdrill', { kind: 'ServiceAccount', name: 'pgdrill', namespace: 'db' }, 'Role');
  });
  afterEach(() => api[Symbol.asyncDispose]());
  const policy = (spec: object, called = 'pgdrill') =>
    api.add(`/apis/networking.k8s.io/v1/namespaces/${name}/networkpolicies/${called}`, { spec } as Partial<KubeObject>);
  const network = {
    operatorNamespace: 'cnpg-system',
    api: { addresses: [], ports: [6443] },
    store: towardsStore('http://minio.db'),
  };
  const usual = restorePolicySpec(network);
  const bound = (called: string, role: string, subject: object, kind = 'ClusterRole') =>
    api.add(`/apis/rbac.authorization.k8s.io/v1/namespaces/${name}/rolebindings/${called}`, {
      ...{ roleRef: { kind, name: role }, subjects: [subject] },
    } as Partial<KubeObject>);
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
    demandKept(api.at(), name, 20).then(
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

  it('is refused where a restored copy could connect, or be reached, beyond what a restore needs', async () => {
    const egress = (...rules: object[]) => ({ ...usual, egress: [...usual.egress, ...rules] });
    for (const wide of [
      { ...usual, policyTypes: ['Ingress'] },
      { ...usual, policyTypes: ['Egress'] },
      { ...usual, podSelector: { matchLabels: { a: 'b' } } },
      egress({}),
      egress({ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }),
      egress({ ports: [{ port: 1, endPort: 65_535 }] }),
      egress({ ports: [{ protocol: 'TCP' }] }),
      { ...usual, ingress: [{}] },
      { ...usual, ingress: [{ ports: [{ port: 5432 }] }] },
      { ...usual, ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 5432 }] }] },
      { ...usual, ingress: restorePolicySpec({ ...network, operatorNamespace: 'of-a-tenant' }).ingress },
      { ...usual, ingress: [...usual.ingress, { from: [{ podSelector: {} }], ports: [{ port: 5432 }] }] },
    ]) {
      policy(wide);
      expect((await refusal()).message, JSON.stringify(wide))
        .to.include('has a NetworkPolicy pgdrill that lets a restored copy connect')
        .and.include('keep there only what pgdrill manifests prints');
    }
    api.objects.delete(`/apis/networking.k8s.io/v1/namespaces/${name}/networkpolicies/pgdrill`);
    policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, 'default-deny');
    expect((await refusal()).message).to.include('has no NetworkPolicy pgdrill');
  });

  it('is refused where another policy lets more through, and taken where it only closes', async () => {
    policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, 'default-deny');
    expect((await refusal()).message).to.equal('it was taken');
    for (const rules of [{ egress: [{}] }, { ingress: [{ from: [{ podSelector: {} }] }] }]) {
      policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'], ...rules }, 'of-a-tenant');
      expect((await refusal()).message).to.include('has the NetworkPolicy of-a-tenant too');
    }
  });

  it('is refused where somebody else is bound there, such as who made it first', async () => {
    const puller = { kind: 'Group', name: `system:serviceaccounts:${name}` };
    bound('system:image-pullers', 'system:image-puller', puller);
    expect((await refusal()).message).to.equal('it was taken');
    for (const [called, role, subject, kind] of [
      ['admin', 'admin', { kind: 'User', name: 'tenant' }, 'ClusterRole'],
      ['system:image-pullers-2', 'system:image-puller', { kind: 'User', name: 'tenant' }, 'ClusterRole'],
      ['builder', 'admin', { kind: 'ServiceAccount', name: 'builder', namespace: name }, 'ClusterRole'],
      ['pgdrill', 'cluster-admin', { kind: 'User', name: 'tenant' }, 'ClusterRole'],
      ['pgdrill', 'pgdrill', { kind: 'User', name: 'tenant' }, 'Role'],
      ['deployers', 'system:deployer', { kind: 'ServiceAccount', name: 'deployer', namespace: name }, 'Role'],
      ['deployers', 'system:deployer', { kind: 'ServiceAccount', name: 'evil', namespace: name }, 'ClusterRole'],
      ['restored', 'restored', { kind: 'ServiceAccount', name: 'restored', namespace: name }, 'Role'],
      ['drill', 'pgdrill', { kind: 'ServiceAccount', name: 'pgdrill', namespace: 'db' }, 'Role'],
    ] as const) {
      const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${name}/rolebindings/${called}`;
      const before = api.objects.get(path);
      bound(called, role, subject, kind);
      expect((await refusal()).message, called).to.include(`has the RoleBinding ${called}, whose subjects could read`);
      if (before) api.objects.set(path, before);
      else api.objects.delete(path);
    }
    bound('admin', 'admin', { kind: 'User', name: 'tenant' });
    api.forbidden = /rolebindings/;
    expect((await refusal()).message).to.equal('it was taken');
  });

  it('is taken where an overlay renamed the account of the drill, whose binding has the new name', async () => {
    const drill = (called: string, namespace = 'db') =>
      bound('pgdrill', 'pgdrill', { kind: 'ServiceAccount', name: called, namespace }, 'Role');
    const taken = async () => (await refusal()).message;
    api.username = 'system:serviceaccount:db:team-pgdrill';
    drill('team-pgdrill');
    expect(await taken()).to.equal('it was taken');
    for (const stranger of ['other-pgdrill', 'team', 'default']) {
      drill(stranger);
      expect(await taken(), stranger).to.include('has the RoleBinding pgdrill, whose subjects could read');
    }
    drill('team-pgdrill', 'of-a-tenant');
    expect(await taken(), 'of another namespace').to.include('has the RoleBinding pgdrill');
    bound('pgdrill', 'pgdrill', { kind: 'User', name: 'team-pgdrill' }, 'Role');
    expect(await taken(), 'a user of that name').to.include('has the RoleBinding pgdrill');
    api.username = 'system:serviceaccount:drills:runner';
    drill('runner', 'drills');
    expect(await taken(), 'moved').to.equal('it was taken');
    drill('runner');
    expect(await taken(), 'a namesake').to.include('has the RoleBinding pgdrill');
  });

  it('is taken where the API server does not say who asks, but the token does', async () => {
    api.groups.delete('/apis/authentication.k8s.io/v1');
    bound('pgdrill', 'pgdrill', { kind: 'ServiceAccount', name: 'x', namespace: 'db' }, 'Role');
    expect((await refusal()).message).to.include('has the RoleBinding pgdrill');
    const payload = Buffer.from(JSON.stringify({ sub: 'system:serviceaccount:db:x' })).toString('base64url');
    api.token = `e30.${payload}.c2ln`;
    expect((await refusal()).message).to.equal('it was taken');
    api.token = 'opaque';
    expect((await refusal()).message).to.include('has the RoleBinding pgdrill');
  });

  it('is taken where a person drills, whatever prefix the account has', async () => {
    for (const [called, namespace, wanted] of [
      ['team-pgdrill', 'db', 'it was taken'],
      ['team-pgdrill-prod', 'db', 'it was taken'],
      ['team-pgdrill', 'of-a-tenant', 'RoleBinding'],
      ['pgdrilled', 'db', 'RoleBinding'],
    ] as const) {
      bound('pgdrill', 'pgdrill', { kind: 'ServiceAccount', name: called, namespace }, 'Role');
      expect((await refusal()).message, called).to.include(wanted);
    }
  });

  it('is refused where a pod runs already, which could mount the Secrets of a restore before it is made', async () => {
    for (const called of ['waits', 'restored-9']) {
      api.add(`${place}/pods/${called}`, {});
      expect((await refusal()).message).to.include(`has the Pod ${called}, which could mount the Secrets`);
      api.objects.delete(`${place}/pods/${called}`);
    }
    api.add(`${place}/pods/restored-1`, {});
    setTimeout(() => api.objects.delete(`${place}/pods/restored-1`), 50);
    await demandKept(api.at(), name, 5_000);
  });

  it('is refused where a binding has an owner, which would collect it only if it did not exist', async () => {
    const roles = `/apis/rbac.authorization.k8s.io/v1/namespaces/${name}/rolebindings/x`;
    for (const apiVersion of ['example.com/v1', 'postgresql.cnpg.io/v1']) {
      api.add(roles, {
        metadata: { ownerReferences: [{ apiVersion, kind: 'Cluster', name: 'mine', uid: 'u' }] },
        ...{ roleRef: { kind: 'ClusterRole', name: 'admin' }, subjects: [{ kind: 'User', name: 'tenant' }] },
      } as unknown as Partial<KubeObject>);
      expect((await refusal()).message).to.include('has the RoleBinding x, whose subjects could read');
    }
  });

  it('is refused where somebody may have a token of the account of the restored instance', async () => {
    const account = `${place}/serviceaccounts/restored`;
    api.add(account, {});
    expect((await refusal()).message).to.include('has the ServiceAccount restored, whose token somebody may have');
    api.forbidden = /serviceaccounts/;
    expect((await refusal()).message, 'an earlier Role').to.equal('it was taken');
    api.forbidden = undefined;
    api.objects.delete(account);
    const token = (of: string) =>
      api.add(`${place}/secrets/token`, {
        metadata: { name: 'token', annotations: { 'kubernetes.io/service-account.name': of } },
        type: 'kubernetes.io/service-account-token',
      } as unknown as Partial<KubeObject>);
    token('restored');
    expect((await refusal()).message).to.include('has the Secret token, by which somebody could reach');
    token('default');
    expect((await refusal()).message).to.equal('it was taken');
    api.add(`${place}/secrets/restored-ca`, { metadata: { name: 'restored-ca' } });
    expect((await refusal()).message).to.include('has the Secret restored-ca, by which somebody could reach');
  });

  it('waits for what an earlier restore had to be collected', async () => {
    const account = `${place}/serviceaccounts/restored`;
    api.add(account, {});
    bound('restored', 'restored', { kind: 'ServiceAccount', name: 'restored', namespace: name }, 'Role');
    setTimeout(() => {
      api.objects.delete(account);
      api.objects.delete(`/apis/rbac.authorization.k8s.io/v1/namespaces/${name}/rolebindings/restored`);
    }, 50);
    await demandKept(api.at(), name, 5_000);
    expect(api.objects.has(account)).to.equal(false);
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

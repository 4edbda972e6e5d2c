import { expect } from 'chai';
import { UsageError } from '../../../errors.ts';
import type { Cluster } from '../../cnpg/objects.ts';
import { drillResidue } from '../safety/residue.ts';
import { TestApi } from '../test-api.ts';
import { refuseKeepingClass, volumesOf, withClass } from './volumes.ts';

const place = 'pgdrill-restore-pg-0a1b2c';
const classes = '/apis/storage.k8s.io/v1/storageclasses';

describe('the volumes of a restore', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await TestApi.start();
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    api.add(`${classes}/usual`, { metadata: { name: 'usual', annotations }, reclaimPolicy: 'Delete' });
    api.add(`${classes}/keeping`, { reclaimPolicy: 'Retain' });
  });
  afterEach(() => api[Symbol.asyncDispose]());

  const refusal = (spec: object): Promise<string> =>
    refuseKeepingClass(api.at().kube, { spec } as Pick<Cluster, 'spec'>).then(
      () => 'accepted',
      (error: Error) => (error instanceof UsageError ? error.message : `${error}`),
    );

  it('are of classes that delete them: any other is refused before anything is made', async () => {
    expect(await refusal({ storage: {} })).to.equal('accepted');
    expect(await refusal({ storage: { storageClass: 'usual' } })).to.equal('accepted');
    const keeping = 'the storage class keeping keeps volumes whose claims are gone (reclaimPolicy Retain)';
    for (const spec of [
      { storage: { storageClass: 'keeping' } },
      { storage: { pvcTemplate: { storageClassName: 'keeping' } } },
      { storage: {}, walStorage: { storageClass: 'keeping' } },
      { storage: {}, tablespaces: [{ name: 't', storage: { storageClass: 'keeping' } }] },
    ])
      expect(await refusal(spec))
        .to.include(keeping)
        .and.include('--restore-storage-class');
    api.add(`${classes}/usual`, { ...api.objects.get(`${classes}/usual`), reclaimPolicy: 'Retain' });
    expect(await refusal({ storage: {} }), 'the default class').to.include('the storage class usual keeps');
    expect(await refusal({ storage: { storageClass: 'x' } })).to.include('the storage class x does not exist');
  });

  it('are accepted where another class takes their place', async () => {
    const spec = {
      storage: { pvcTemplate: { storageClassName: 'keeping' } },
      tablespaces: [{ name: 't', storage: { storageClass: 'keeping', size: '1Gi' } }],
    };
    expect(await refusal(withClass(spec, 'usual'))).to.equal('accepted');
    expect(withClass(spec, 'usual').tablespaces[0]).to.deep.equal({
      name: 't',
      storage: { storageClass: 'usual', size: '1Gi' },
    });
    expect(withClass(spec, undefined)).to.equal(spec);
  });

  it('are found by the namespace of their claims once those are gone, and their policy is named', async () => {
    const claimRef = { namespace: place };
    api.add('/api/v1/persistentvolumes/pv-1', { spec: { claimRef, persistentVolumeReclaimPolicy: 'Retain' } });
    api.add('/api/v1/persistentvolumes/pv-2', { spec: { claimRef: { namespace: 'db' } } });
    expect(await volumesOf(api.at().kube, [place])).to.deep.equal([
      `PersistentVolume pv-1 of ${place}, which its reclaim policy Retain keeps until someone deletes it`,
    ]);
    const { found, checked } = await drillResidue(api.at(), undefined, [place]);
    expect(found).to.have.lengthOf(1);
    expect(checked).to.include('volumes of restores');
  });

  it('are unknown, and not gone, to a user who may not list them', async () => {
    api.forbidden = /persistentvolumes/;
    expect(await volumesOf(api.at().kube, [place])).to.equal(undefined);
    const { checked, found, unseen } = await drillResidue(api.at(), undefined, [place]);
    expect([found, unseen]).to.deep.equal([[], ['volumes of the restore: this user may not list persistentvolumes']]);
    expect(checked).not.to.include('volumes of restores');
    expect(await drillResidue(api.at(), undefined), 'without a restore').not.to.have.property('unseen');
  });
});

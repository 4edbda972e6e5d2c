import { expect } from 'chai';
import { describe, it } from 'mocha';
import { SetupError } from '../../../errors.ts';
import type { KubeObject } from '../objects.ts';
import { applyAll } from './apply.ts';
import { UnknownKindError } from './rest.ts';

const object = (kind: string, apiVersion = 'v1'): KubeObject => ({ apiVersion, kind, metadata: { name: 'x' } });
const noWebhook = new Error('Internal error occurred: failed calling webhook "mcluster.cnpg.io": connection refused');

/** A cluster that answers one attempt after the other with these errors, and then takes everything. */
function cluster(...errors: readonly Error[]) {
  const taken: string[] = [];
  const left = [...errors];
  return {
    taken,
    async apply({ kind }: KubeObject) {
      const error = left.shift();
      if (error) throw error;
      taken.push(kind);
    },
  };
}
const { signal } = new AbortController();

describe('applying manifests', () => {
  it('keeps their order, and waits for a webhook that does not answer yet', async function slow() {
    this.timeout(5_000);
    const kube = cluster(noWebhook, noWebhook);
    expect(await applyAll(kube, [object('Cluster'), object('Pooler')], signal)).to.deep.equal([]);
    expect(kube.taken).to.deep.equal(['Cluster', 'Pooler']);
  });

  it('says in one sentence that the webhook never answered', async () => {
    const kube = cluster(...Array.from({ length: 100 }, () => noWebhook));
    const error = await applyAll(kube, [object('Cluster')], signal, 100).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(SetupError);
    expect((error as Error).message).to.match(
      /^the cluster could not take Cluster x for 0\.1 s, since CloudNativePG's webhook does not answer: /,
    );
  });

  it('ends at once with the API’s own words where an object is refused', async () => {
    const kube = cluster(new Error('spec.instances: Invalid value: 0'));
    const error = await applyAll(kube, [object('Cluster')], signal).catch((reason: unknown) => reason);
    expect((error as Error).message).to.equal('the cluster refused Cluster x: spec.instances: Invalid value: 0');
  });

  it('leaves out what needs the Prometheus operator where there is none, and says so', async () => {
    const kube = cluster(new UnknownKindError('the cluster has no PodMonitor'));
    const monitor = object('PodMonitor', 'monitoring.coreos.com/v1');
    expect(await applyAll(kube, [monitor, object('Pod')], signal)).to.deep.equal(['PodMonitor x']);
  });

  it('ends with the reason of an abort', async () => {
    const controller = new AbortController();
    controller.abort(new Error('interrupted'));
    const error = await applyAll(cluster(), [object('Pod')], controller.signal).catch((reason: unknown) => reason);
    expect((error as Error).message).to.equal('interrupted');
  });
});

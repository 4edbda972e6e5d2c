import { expect } from 'chai';
import { discover } from '../discover.ts';
import { TestApi } from '../test-api.ts';
import { furnish } from '../test-furnished.ts';
import { restoreApart } from './restore.ts';
import { sourceOf } from './source.ts';

describe('a restore into a namespace of its own', () => {
  it('closes the network of the namespace before there is anything in it that could connect', async () => {
    await using api = await TestApi.start();
    const stop = furnish(api);
    const path = '/apis/postgresql.cnpg.io/v1/namespaces/db/clusters/pg';
    const cluster = api.objects.get(path)!;
    const barmanObjectStore = { destinationPath: 's3://b', endpointURL: 'http://minio' };
    api.add(path, { ...cluster, spec: { ...(cluster.spec as object), backup: { barmanObjectStore } } });
    const slices = '/apis/discovery.k8s.io/v1/namespaces';
    const slice = (service: string, port: number) => ({
      metadata: { name: service, labels: { 'kubernetes.io/service-name': service } },
      ...{ endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port }] },
    });
    api.add(`${slices}/default/endpointslices/kubernetes`, slice('kubernetes', 16443));
    api.add(`${slices}/db/endpointslices/minio`, slice('minio', 9000));
    const at = api.at();
    let namespace = '';
    let spec: { readonly egress?: unknown; readonly policyTypes?: unknown } = {};
    const plan = {
      ...{ at, source: await sourceOf(at, await discover(at.kube, at.site), undefined), database: 'app' },
      options: { readerSecret: undefined },
      remember: async (name: string) => void (namespace = name),
      forget: async () => {},
    };
    const progress = (step: string) => {
      if (!step.startsWith('restoring')) return;
      const made = api.objects.get(`/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/pgdrill`);
      spec = made!.spec as typeof spec;
    };
    const how = { signal: new AbortController().signal, withinMs: 100, progress };
    await restoreApart(plan, { kind: 'latest' }, how).catch(() => {});
    stop();
    const created = api.requests.filter((one) => /^POST .*(namespaces|networkpolicies|clusters|secrets)$/.test(one));
    expect(created.map((one) => one.split('/').at(-1))).to.deep.equal(['namespaces', 'networkpolicies', 'clusters']);
    expect(spec.policyTypes).to.deep.equal(['Ingress', 'Egress']);
    const [, kubernetes, store, ...others] = spec.egress as { readonly ports: readonly { port: number }[] }[];
    expect(kubernetes!.ports.map(({ port }) => port)).to.deep.equal([443, 6443, 16443]);
    // The port of the pods, which CNIs compare, and not that of the Service.
    expect(store!.ports.map(({ port }) => port)).to.deep.equal([9000]);
    expect(others).to.deep.equal([]);
  });
});

import { expect } from 'chai';
import { describe, it } from 'mocha';
import { topologySchema } from '../../scenario/topology.ts';
import { manifestSite } from '../cnpg/names.ts';
import type { KubeObject, Ref } from '../cnpg/objects.ts';
import { keepSite, siteOf, topologyKept } from './site.ts';

describe('what a running k3s stack keeps of itself', () => {
  let kept: KubeObject | undefined;
  const kube = {
    apply: async (object: KubeObject) => void (kept = object),
    read: async <T>(_: Ref) => kept as T | undefined,
  } as unknown as Parameters<typeof keepSite>[0] & Parameters<typeof siteOf>[0];

  it('is found again: names and topology', async () => {
    const site = { ...manifestSite, namespace: 'orders', cluster: 'orders-db', pooler: 'p', user: 'Orders App' };
    const topology = topologySchema.parse({ instances: 2 });
    await keepSite(kube, site, topology);
    expect(await siteOf(kube)).to.deep.equal(site);
    expect(await topologyKept(kube)).to.deep.equal(topology);
  });

  it('is our own names where an earlier version opened it', async () => {
    kept = undefined;
    expect(await siteOf(kube)).to.deep.equal(manifestSite);
    expect(await topologyKept(kube)).to.equal(undefined);
  });

  it('is refused where a name is none', async () => {
    kept = { data: { site: JSON.stringify({ ...manifestSite, cluster: '$(reboot)' }) } } as unknown as KubeObject;
    expect(await siteOf(kube).catch((error: Error) => error.name)).to.equal('ZodError');
  });
});

import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import type { KubeObject } from '../../cnpg/objects.ts';
import { fitManifests } from './fit.ts';
import { usersInstallation } from './installation.ts';
import type { Surroundings } from './surroundings.ts';

const around: Surroundings = { images: [], memoryPerInstance: 2 ** 30, processors: 2, plugin: false };
const cluster = (instances: number) => `
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: orders, namespace: shop }
spec: { instances: ${instances}, storage: { size: 1Gi } }
`;
const pooler = (retry: string) => `
apiVersion: postgresql.cnpg.io/v1
kind: Pooler
metadata: { name: orders-pooler, namespace: shop }
spec: { cluster: { name: orders }, instances: 2, type: rw, pgbouncer: { poolMode: transaction, parameters: { server_login_retry: "${retry}" } } }
`;
const secret = (password: string) => `
apiVersion: v1
kind: Secret
metadata: { name: reporting, namespace: shop }
stringData: { username: reporting, password: ${password} }
`;

const fixed = (...texts: string[]) => {
  const placed = texts.map((text, i) => ({ object: parse(text) as KubeObject, file: `m${i}.yaml`, line: 1 }));
  return usersInstallation(fitManifests(placed, around), []).fixed;
};

describe('what a running stack cannot change of a user’s manifests', () => {
  it('is the same where a parameter of the Pooler differs, and with another password', () => {
    expect(fixed(cluster(3), pooler('1'), secret('one'))).to.equal(fixed(cluster(3), pooler('15'), secret('two')));
  });

  it('differs with the number of instances, and with another object', () => {
    const one = fixed(cluster(3), pooler('1'));
    expect(fixed(cluster(2), pooler('1'))).not.to.equal(one);
    expect(fixed(cluster(3), pooler('1'), secret('one'))).not.to.equal(one);
  });
});

import { X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { KubeObject } from '../cnpg/objects.ts';
import { archiverFor, archiverNamed, pluginObjects } from './plugin.ts';

const operator = (version: string) =>
  `kind: Deployment\nspec:\n  image: ghcr.io/cloudnative-pg/cloudnative-pg:${version}\n`;
const plugin = 'kind: CustomResourceDefinition\nspec:\n  names:\n    kind: ObjectStore\n';

interface Deployed {
  readonly spec: { readonly template: { readonly spec: Record<string, unknown> } };
}

describe('what archives in the k3s stack', () => {
  it('is Barman in the tree up to 1.30, and the plugin where a manifest brings it', () => {
    expect(archiverFor(undefined, operator('1.30.0'), undefined)).to.equal('in-tree');
    expect(archiverFor(undefined, operator('1.30.0'), plugin)).to.equal('plugin');
    expect(archiverFor(undefined, operator('1.30.0') + plugin, undefined)).to.equal('plugin');
    expect(archiverFor(undefined, operator('1.31.0'), plugin)).to.equal('plugin');
  });

  it('is what PGDRILL_BACKUPS asks for', () => {
    expect(archiverFor('in-tree', operator('1.30.0'), plugin)).to.equal('in-tree');
    expect(archiverFor('plugin', operator('1.30.0'), plugin)).to.equal('plugin');
    expect(archiverNamed('plugin')).to.equal('plugin');
    expect(archiverNamed('')).to.equal(undefined);
  });

  it('is refused where it cannot be had', () => {
    const refusals: [string, () => unknown][] = [
      [
        'no Barman in the tree, but PGDRILL_BACKUPS asks for it',
        () => archiverFor('in-tree', operator('1.31.0'), plugin),
      ],
      ['but no manifest brings it; name the plugin’s', () => archiverFor('plugin', operator('1.30.0'), undefined)],
      [
        'no Barman in the tree, and no manifest brings the plugin',
        () => archiverFor(undefined, operator('1.31.0'), undefined),
      ],
      ['PGDRILL_BACKUPS expects in-tree or plugin, but is barman', () => archiverNamed('barman')],
    ];
    for (const [sentence, refused] of refusals) expect(refused).to.throw(sentence);
  });
});

describe('the plugin’s manifest', () => {
  const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: barman-cloud, namespace: cnpg-system }
spec: { template: { spec: { containers: [{ name: barman-cloud, image: x, imagePullPolicy: Always }] } } }
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: { name: selfsigned-issuer, namespace: cnpg-system }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: barman-cloud-server, namespace: cnpg-system }
spec: { commonName: barman-cloud, dnsNames: [barman-cloud], secretName: barman-cloud-server-tls }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: barman-cloud-client, namespace: cnpg-system }
spec: { commonName: barman-cloud-client, secretName: barman-cloud-client-tls }
`;

  it('gets Secrets with certificates of its own in place of cert-manager’s objects', () => {
    const objects = pluginObjects(manifest);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).to.deep.equal([
      'Secret barman-cloud-server-tls',
      'Secret barman-cloud-client-tls',
      'Deployment barman-cloud',
    ]);
    const subject = (object: KubeObject) =>
      new X509Certificate((object as unknown as { stringData: Record<string, string> }).stringData['tls.crt']!).subject;
    expect(objects.slice(0, 2).map(subject)).to.deep.equal(['CN=barman-cloud', 'CN=barman-cloud-client']);
  });

  it('runs on the server node, and pulls no image that a node has', () => {
    const deployment = pluginObjects(manifest).at(-1) as unknown as Deployed;
    const { spec } = deployment!.spec.template;
    expect(spec).to.have.nested.property('nodeSelector.node-role\\.kubernetes\\.io/control-plane', 'true');
    expect(spec).to.have.nested.property('containers[0].imagePullPolicy', 'IfNotPresent');
  });
});

import { expect } from 'chai';
import { cluster, pooler } from '../example.ts';
import { fieldUnknown } from './field-unknown.ts';
import { findingsOf, placesOf } from './try-rule.ts';

describe('field-unknown', () => {
  it('finds a misspelt field, one of other letter case, and one within a list', () => {
    expect(
      placesOf(
        fieldUnknown,
        cluster(`instances: 3
afinity:
  topologyKey: zone`),
      ),
    ).to.eql(['afinity:']);
    expect(
      placesOf(
        fieldUnknown,
        pooler(`instances: 1
pgbouncer:
  poolmode: session`),
      ),
    ).to.eql(['poolmode: session']);
    expect(
      placesOf(
        fieldUnknown,
        cluster(`instances: 1
managed:
  roles:
    - name: web
      passwordSecret:
        name: web
        key: password`),
      ),
    ).to.eql(['key: password']);
  });

  it('finds a map where a list belongs, once', () => {
    const tablespaces = 'tablespaces:\n  logs:\n    storage:\n      size: 1Gi\n  more:\n    storage:\n      size: 1Gi';
    const found = findingsOf(fieldUnknown, cluster(`instances: 1\n${tablespaces}`));
    expect(found.map(({ message }) => message)).to.eql([
      'spec.tablespaces of a Cluster is a list, and here it is a map: the API server refuses the object.',
    ]);
  });

  it('says the same of several items of a list once, and renames all of them', () => {
    const roles = ['a', 'b', 'c'].map((name) => `    - name: ${name}\n      superUser: true\n`).join('');
    const [finding, ...more] = findingsOf(fieldUnknown, cluster(`instances: 1\nmanaged:\n  roles:\n${roles}`));
    expect(more).to.eql([]);
    expect(finding!.message).to.match(/The same holds on line \d+ and on line \d+\.$/);
    expect(finding!.change.match(/^\+.*superuser: true$/gm)).to.have.length(3);
  });

  it('raises nothing on a field that a definition beside it declares', () => {
    const definition = (field: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: clusters.postgresql.cnpg.io }
spec:
  group: postgresql.cnpg.io
  names: { kind: Cluster }
  versions:
    - name: v1
      schema: { openAPIV3Schema: { properties: { spec: { properties: { ${field}: { type: string } } } } } }
`;
    const text = cluster('instances: 1\nsoonThere: yes');
    expect(placesOf(fieldUnknown, text, definition('soonThere'))).to.eql([]);
    expect(placesOf(fieldUnknown, text, definition('other'))).to.eql(['soonThere: yes']);
  });

  it('raises nothing on parameters, anchors, and kinds of others', () => {
    for (const text of [
      cluster(`instances: 1
x-anchor: 1
postgresql:
  parameters:
    anything: "1"`),
      `apiVersion: example.org/v1
kind: Cluster
metadata:
  name: pg
spec:
  anything: 1
`,
    ])
      expect(placesOf(fieldUnknown, text), text).to.eql([]);
  });
});

import { expect } from 'chai';
import { cluster, pooler } from '../example.ts';
import { fieldUnknown } from './field-unknown.ts';
import { placesOf } from './try-rule.ts';

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

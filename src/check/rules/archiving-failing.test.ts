import { expect } from 'chai';
import { cluster } from '../example.ts';
import { archivingFailing } from './archiving-failing.ts';
import { placesOf } from './try-rule.ts';

describe('archiving-failing', () => {
  it('finds the condition', () => {
    expect(
      placesOf(
        archivingFailing,
        `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: pg
spec:
  storage:
    size: 1Gi
status:
  conditions:
    - type: Ready
      status: "False"
    - type: ContinuousArchiving
      status: "False"
`,
      ),
    ).to.eql(['- type: ContinuousArchiving']);
  });

  it('raises nothing on manifests without status', () => {
    for (const text of [cluster(`instances: 1`)]) expect(placesOf(archivingFailing, text), text).to.eql([]);
  });
});

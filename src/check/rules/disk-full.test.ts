import { expect } from 'chai';
import { cluster } from '../example.ts';
import { diskFull } from './disk-full.ts';
import { placesOf } from './try-rule.ts';

describe('disk-full', () => {
  it('finds the phase of a live cluster', () => {
    expect(
      placesOf(
        diskFull,
        `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: pg
spec:
  storage:
    size: 1Gi
status:
  phase: Not enough disk space
`,
      ),
    ).to.eql(['phase: Not enough disk space']);
  });

  it('raises nothing on manifests without status', () => {
    for (const text of [cluster(`instances: 1`)]) expect(placesOf(diskFull, text), text).to.eql([]);
  });
});

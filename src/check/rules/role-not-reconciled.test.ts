import { expect } from 'chai';
import { cluster } from '../example.ts';
import { roleNotReconciled } from './role-not-reconciled.ts';
import { placesOf } from './try-rule.ts';

describe('role-not-reconciled', () => {
  it('finds each role', () => {
    expect(
      placesOf(
        roleNotReconciled,
        `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: pg
spec:
  storage:
    size: 1Gi
status:
  managedRolesStatus:
    cannotReconcile:
      web: [no]
      shop: [no]
`,
      ),
    ).to.eql(['web: [no]', 'shop: [no]']);
  });

  it('raises nothing on manifests without status', () => {
    for (const text of [cluster(`instances: 1`)]) expect(placesOf(roleNotReconciled, text), text).to.eql([]);
  });
});

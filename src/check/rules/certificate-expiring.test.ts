import { expect } from 'chai';
import { cluster } from '../example.ts';
import { certificateExpiring } from './certificate-expiring.ts';
import { placesOf } from './try-rule.ts';

describe('certificate-expiring', () => {
  it('finds a certificate with less than six days left', () => {
    expect(
      placesOf(
        certificateExpiring,
        `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: pg
spec:
  storage:
    size: 1Gi
status:
  certificates:
    expirations:
      pg-server: 2026-11-03 10:00:00 +0000 UTC
      pg-ca: 2027-11-03 10:00:00 +0000 UTC
`,
      ),
    ).to.eql(['pg-server: 2026-11-03 10:00:00 +0000 UTC']);
  });

  it('raises nothing on manifests without status', () => {
    for (const text of [cluster(`instances: 1`)]) expect(placesOf(certificateExpiring, text), text).to.eql([]);
  });
});

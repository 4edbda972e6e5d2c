import { expect } from 'chai';
import { cluster, together } from '../example.ts';
import { certificateNotReloaded } from './certificate-not-reloaded.ts';
import { placesOf } from './try-rule.ts';

describe('certificate-not-reloaded', () => {
  it('finds a Certificate whose Secret has no label', () => {
    expect(
      placesOf(
        certificateNotReloaded,
        together(
          cluster(`instances: 1
certificates:
  clientCASecret: tls`),
          `apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: clients
spec:
  secretName: tls
`,
        ),
      ),
    ).to.eql(['name: clients']);
  });

  it('raises nothing with the label, without the Certificate, or on certificates of others', () => {
    for (const text of [
      together(
        cluster(`instances: 1
certificates:
  clientCASecret: tls`),
        `apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: clients
spec:
  secretName: tls
  secretTemplate:
    labels:
      cnpg.io/reload: "true"
`,
      ),
      cluster(`instances: 1
certificates:
  clientCASecret: tls`),
      `apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: web
spec:
  secretName: web
`,
    ])
      expect(placesOf(certificateNotReloaded, text), text).to.eql([]);
  });
});

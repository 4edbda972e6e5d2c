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
  duration: 12h
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

  it('raises nothing where the old certificate outlives its renewal by a day', () => {
    const found = (spec: string) =>
      placesOf(
        certificateNotReloaded,
        together(
          cluster('instances: 1\ncertificates:\n  serverTLSSecret: tls'),
          `apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata:\n  name: pg\nspec:\n  secretName: tls\n${spec}`,
        ),
      ).length;
    expect(found('')).to.equal(1);
    expect(found('  duration: 2160h\n  renewBefore: 720h\n')).to.equal(0);
    expect(found('  duration: 72h\n')).to.equal(0);
    expect(found('  duration: 71h30m\n')).to.equal(1);
    expect(found('  renewBefore: 1h\n')).to.equal(1);
    expect(found('  duration: 100h\n  renewBeforePercentage: 20\n')).to.equal(1);
    expect(found('  duration: 100h\n  renewBeforePercentage: 25\n')).to.equal(0);
  });
});

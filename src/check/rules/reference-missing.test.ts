import { expect } from 'chai';
import { archivingPlugin, cluster, objectStore, pooler, together } from '../example.ts';
import { referenceMissing } from './reference-missing.ts';
import { placesOf } from './try-rule.ts';

describe('reference-missing', () => {
  it('finds a Database whose Cluster does not exist', () => {
    expect(
      placesOf(
        referenceMissing,
        together(
          cluster(`instances: 1${archivingPlugin}`),
          objectStore(`configuration:
  destinationPath: s3://a`),
          pooler(`instances: 1
pgbouncer: {}`),
          `apiVersion: postgresql.cnpg.io/v1
kind: Database
metadata:
  name: web
spec:
  name: web
  owner: web
  cluster:
    name: gp
`,
        ),
      ),
    ).to.eql(['name: gp']);
  });

  it('raises nothing on names that exist, and where no object of the kind is known', () => {
    for (const text of [
      together(
        cluster(`instances: 1`),
        pooler(`instances: 1
pgbouncer: {}`),
      ),
      pooler(`instances: 1
pgbouncer: {}`),
      cluster(`instances: 1${archivingPlugin}`),
    ])
      expect(placesOf(referenceMissing, text), text).to.eql([]);
  });
});

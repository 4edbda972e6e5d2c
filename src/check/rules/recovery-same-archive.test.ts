import { expect } from 'chai';
import { archivingPlugin, cluster } from '../example.ts';
import { recoverySameArchive } from './recovery-same-archive.ts';
import { placesOf } from './try-rule.ts';

describe('recovery-same-archive', () => {
  it('finds one folder of one store, whose name is the default of one and set in the other', () => {
    expect(
      placesOf(
        recoverySameArchive,
        cluster(`instances: 1
backup:
  barmanObjectStore:
    destinationPath: s3://a
    serverName: pg
bootstrap:
  recovery:
    source: pg
externalClusters:
  - name: pg
    barmanObjectStore:
      destinationPath: s3://a/`),
      ),
    ).to.eql(['barmanObjectStore:']);
  });

  it('raises nothing on another folder, or another store', () => {
    for (const text of [
      cluster(`instances: 1
backup:
  barmanObjectStore:
    destinationPath: s3://a
bootstrap:
  recovery:
    source: old
externalClusters:
  - name: old
    barmanObjectStore:
      destinationPath: s3://a`),
      cluster(`instances: 1${archivingPlugin}
bootstrap:
  recovery:
    source: pg
externalClusters:
  - name: pg
    plugin:
      name: barman-cloud.cloudnative-pg.io
      parameters:
        barmanObjectName: other`),
    ])
      expect(placesOf(recoverySameArchive, text), text).to.eql([]);
  });
});

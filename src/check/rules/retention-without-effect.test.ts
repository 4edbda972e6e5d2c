import { expect } from 'chai';
import { archivingPlugin, barmanObjectStore, cluster, objectStore } from '../example.ts';
import { retentionWithoutEffect } from './retention-without-effect.ts';
import { findingsAfterChange, findingsOf, placesOf } from './try-rule.ts';

describe('retention-without-effect', () => {
  it('finds a policy of the Cluster beside the plugin', () => {
    expect(
      placesOf(
        retentionWithoutEffect,
        cluster(`instances: 1${archivingPlugin}
backup:
  retentionPolicy: 30d
  target: primary`),
      ),
    ).to.eql(['retentionPolicy: 30d']);
  });

  it('finds a policy of volume snapshots, and of nothing', () => {
    for (const more of ['', '\n  volumeSnapshot:\n    className: fast'])
      expect(placesOf(retentionWithoutEffect, cluster(`instances: 1\nbackup:\n  retentionPolicy: 30d${more}`))).to.eql([
        'retentionPolicy: 30d',
      ]);
  });

  it('raises nothing where the ObjectStore has the same policy', () => {
    const text = cluster(`instances: 1${archivingPlugin}\nbackup:\n  retentionPolicy: 30d`);
    const store = objectStore('retentionPolicy: 30d\nconfiguration:\n  destinationPath: s3://a');
    expect(findingsOf(retentionWithoutEffect, text, store)).to.eql([]);
  });

  it('raises nothing with in-tree Barman, or a plugin of another kind', () => {
    for (const text of [
      cluster(`instances: 1${barmanObjectStore}
  retentionPolicy: 30d`),
      cluster(
        'instances: 1\nplugins:\n  - name: other.example\n    isWALArchiver: true\nbackup:\n  retentionPolicy: 30d',
      ),
    ])
      expect(placesOf(retentionWithoutEffect, text), text).to.eql([]);
  });

  it('moves the policy to the ObjectStore that lacks one', () => {
    const text = cluster(`instances: 1${archivingPlugin}\nbackup:\n  retentionPolicy: 45d`);
    const store = objectStore('configuration:\n  destinationPath: s3://a');
    expect(findingsOf(retentionWithoutEffect, text, store)[0]!.change).to.contain('+  retentionPolicy: 45d');
    expect(findingsAfterChange(retentionWithoutEffect, text, store)).to.eql([]);
  });

  it('says what the ObjectStore’s own policy makes of it', () => {
    const text = cluster(`instances: 1${archivingPlugin}\nbackup:\n  retentionPolicy: 30d`);
    const store = (more: string) => objectStore(`${more}configuration:\n  destinationPath: s3://a`);
    const found = (...texts: string[]) => findingsOf(retentionWithoutEffect, text, ...texts)[0]!;
    expect(found(store('retentionPolicy: 90d\n'))).to.include({
      message:
        'pg archives with the Barman Cloud plugin, which ignores this line: the policy of the ObjectStore store counts.',
    });
    expect(found(store(''))).to.include({ severity: 'warning' });
    expect(found(store('')).message).to.contain('never deleted');
    expect(found()).to.include({ severity: 'warning' });
    expect(found().message).to.contain('only if the ObjectStore store has');
  });
});

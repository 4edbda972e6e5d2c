import { expect } from 'chai';
import { archivingPlugin, barmanObjectStore, cluster } from '../example.ts';
import { retentionWithoutEffect } from './retention-without-effect.ts';
import { placesOf } from './try-rule.ts';

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
});

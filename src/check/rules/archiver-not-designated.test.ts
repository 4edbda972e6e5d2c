import { expect } from 'chai';
import { archivingPlugin, barmanObjectStore, cluster } from '../example.ts';
import { archiverNotDesignated } from './archiver-not-designated.ts';
import { changedBy, placesOf } from './try-rule.ts';

const plugin = (more: string) =>
  cluster(
    `instances: 1\nplugins:\n  - name: barman-cloud.cloudnative-pg.io${more}\n    parameters:\n      barmanObjectName: store`,
  );

describe('archiver-not-designated', () => {
  it('finds the plugin without isWALArchiver, and with false', () => {
    for (const more of ['', '\n    isWALArchiver: false', '\n    enabled: true'])
      expect(placesOf(archiverNotDesignated, plugin(more)), more).to.eql(['- name: barman-cloud.cloudnative-pg.io']);
  });

  it('designates it, in block and in flow style', () => {
    expect(changedBy(archiverNotDesignated, plugin(''))[0]).to.contain(
      '  - name: barman-cloud.cloudnative-pg.io\n      isWALArchiver: true\n',
    );
    const flow = cluster(
      'instances: 1\nplugins: [{ name: barman-cloud.cloudnative-pg.io, parameters: { barmanObjectName: s } }]',
    );
    expect(changedBy(archiverNotDesignated, flow)[0]).to.contain(
      '{ name: barman-cloud.cloudnative-pg.io, isWALArchiver: true, ',
    );
  });

  it('raises nothing on an archiver, on a plugin that is off, on one of another kind, and beside in-tree Barman', () => {
    for (const text of [
      cluster(`instances: 1${archivingPlugin}`),
      plugin('\n    enabled: false'),
      cluster('instances: 1\nplugins:\n  - name: other.example'),
      cluster(`instances: 1${barmanObjectStore}\nplugins:\n  - name: barman-cloud.cloudnative-pg.io`),
    ])
      expect(placesOf(archiverNotDesignated, text), text).to.eql([]);
  });
});

import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { check, checkAll } from '../check.ts';
import { checked, entriesIn, inCopy } from '../test-corpus.ts';
import { barmanInTree } from './barman-in-tree.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const store =
  'barmanObjectStore:\n      destinationPath: s3://b/\n      serverName: old\n      wal: { compression: gzip }\n';
const cluster = cnpg(
  'Cluster',
  'pg',
  `  instances: 3\n  storage: { size: 1Gi }\n  backup:\n    ${store}    retentionPolicy: 30d\n`,
);
const restore = cnpg(
  'Cluster',
  'restored',
  `  instances: 1\n  storage: { size: 1Gi }\n  externalClusters:\n  - name: pg\n    ${store}`,
);

describe('barman-in-tree', () => {
  it('finds it in the backup section and moves its settings to an ObjectStore', () => {
    const [finding] = findingsOf(barmanInTree, cluster);
    expect(finding).to.include({ line: 10, severity: 'warning' });
    const added = finding!.change.split('\n').filter((line) => line.startsWith('+') && !line.startsWith('+++'));
    const [fields, object] = parseAllDocuments(added.map((line) => line.slice(1)).join('\n')).map((document) =>
      document.toJS(),
    );
    expect(fields.plugins[0]).to.deep.include({ parameters: { barmanObjectName: 'pg-store', serverName: 'old' } });
    expect(object.spec).to.eql({
      retentionPolicy: '30d',
      configuration: { destinationPath: 's3://b/', wal: { compression: 'gzip' } },
    });
    expect(findingsAfterChange(barmanInTree, cluster)).to.eql([]);
  });

  it('changes the schedules with it', () => {
    const schedule = cnpg('ScheduledBackup', 'daily', '  schedule: "@daily"\n  cluster: { name: pg }\n');
    expect(findingsOf(barmanInTree, cluster, schedule)[0]!.change)
      .to.contain('+++ b/2.yaml')
      .and.contain('+  method: plugin');
  });

  it('finds it in what is restored from, at any indentation', () => {
    expect(linesOf(barmanInTree, restore)).to.eql(['1.yaml:11']);
    expect(findingsAfterChange(barmanInTree, restore)).to.eql([]);
  });

  it('proposes no change where plugins are configured already', () => {
    const both = `${cluster}  plugins: [{ name: x }]\n`;
    expect(findingsOf(barmanInTree, both).map((finding) => finding.change)).to.eql(['']);
  });

  it('says where the operator is too old for the plugin, and offers no change', () => {
    const files = [cluster, restore].map((text, nth) => ({ file: `${nth}.yaml`, text }));
    const { findings } = checkAll(files, { nowMs: 0, rules: [barmanInTree], cnpgVersion: '1.24' });
    expect(findings.map(({ change }) => change)).to.eql(['', '']);
    for (const { message } of findings)
      expect(message).to.match(
        /The Barman Cloud plugin needs CloudNativePG 1\.26; the version to check for is 1\.24\.$/,
      );
  });

  it('asks for the plugin where nothing here installs it, and says no more where an ObjectStore shows it', () => {
    const storeObject =
      'apiVersion: barmancloud.cnpg.io/v1\nkind: ObjectStore\nmetadata: { name: s }\nspec: { configuration: {} }\n';
    for (const text of [cluster, restore]) {
      expect(findingsOf(barmanInTree, text)[0]!.message).to.match(/It has to be installed first\.$/);
      expect(findingsOf(barmanInTree, text, storeObject)[0]!.message).not.to.contain('installed');
    }
  });

  it('offers no change that needs the plugin where a kustomization deploys the tree without it', () => {
    const entry = entriesIn('fixtures/check/kinds').find(({ folder }) => folder.endsWith('restore-before-the-plugin'))!;
    return inCopy(entry, async () => {
      const { findings } = await checked(entry);
      const found = findings.find(({ rule }) => rule === 'barman-in-tree')!;
      expect(found).to.include({ change: '' });
      expect(found.message).to.contain('It has to be installed first.');
    });
  });

  it('raises nothing on an example whose file is named after the older way', () => {
    const file = (name: string, object = 'cluster-example') => ({
      file: name,
      text: cluster.replace('name: pg', `name: ${object}`),
    });
    const found = (one: { file: string; text: string }) => check([one], 0, [barmanInTree]);
    expect(found(file('cluster-example-legacy.yaml'))).to.eql([]);
    expect(found(file('cluster-example.yaml'))).to.have.length(1);
    expect(found(file('legacy.yaml', 'shop'))).to.have.length(1);
  });

  it('raises nothing on an example that is named after the older way', () => {
    expect(linesOf(barmanInTree, cluster.replace('name: pg', 'name: cluster-example-legacy'))).to.eql([]);
    expect(linesOf(barmanInTree, cluster.replace('name: pg', 'name: legacy-shop'))).to.have.length(1);
  });

  it('raises nothing on the plugin, or where it is accepted', () => {
    const plugin = cnpg(
      'Cluster',
      'pg',
      '  instances: 3\n  plugins: [{ name: barman-cloud.cloudnative-pg.io, isWALArchiver: true }]\n',
    );
    const accepted = cluster.replace(
      '  namespace',
      '  annotations: { pgdrill.dev/accept: "x, barman-in-tree" }\n  namespace',
    );
    expect(linesOf(barmanInTree, plugin)).to.eql([]);
    expect(check([{ file: 'a', text: accepted }], 0, [barmanInTree])).to.eql([]);
  });
});

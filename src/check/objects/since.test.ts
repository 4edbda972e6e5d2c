import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { applyEdits } from '../change/edit.ts';
import { checkAll } from '../check.ts';
import type { Finding } from '../finding.ts';
import { rules } from '../rules/index.ts';
import { cnpg } from '../rules/try-rule.ts';
import type { Source } from '../text/source.ts';
import { lackIn, lackOf } from './since.ts';

const nowMs = Date.UTC(2026, 10, 1);
const old = ['1.21', '1.22', '1.23', '1.24', '1.25', '1.26', '1.27', '1.28', '1.29'];

/** The objects of a text, by kind and name, with what the release lacks of each. */
function lacksOf(text: string, release: string): string[] {
  return parseAllDocuments(text).flatMap((document) => {
    const object = document.toJS() as { apiVersion?: string; kind?: string; spec?: object } | null;
    if (!object?.kind || !object.apiVersion?.startsWith('postgresql.cnpg.io/')) return [];
    return Object.entries(object.spec ?? {}).flatMap(([name, value]) => {
      const lack = lackIn(object.kind!, ['spec', name], value, release);
      return lack ? [`${object.kind} ${lack.field} (${lack.since})`] : [];
    });
  });
}

const examples = [
  ...rules.map(({ bad }) => bad),
  cnpg('Cluster', 'two', '  instances: 2\n  storage: { size: 9Gi }\n'),
  cnpg('Cluster', 'old', '  instances: 2\n  minSyncReplicas: 1\n  maxSyncReplicas: 1\n  storage: { size: 9Gi }\n'),
  cnpg('Cluster', 'one', '  instances: 1\n  storage: { size: 9Gi, storageClass: longhorn }\n'),
  cnpg(
    'Cluster',
    'own',
    '  instances: 3\n  storage: { size: 9Gi }\n  plugins: [{ name: barman-cloud.cloudnative-pg.io }]\n',
  ),
];

/** What each change adds that the release lacks. */
function tooNew(release: string, bad: string): string[] {
  const source: Source = { file: '1.yaml', text: bad };
  const { findings, edits } = checkAll([source], { nowMs, cnpgVersion: release });
  const before = lacksOf(bad, release);
  return findings.flatMap((finding: Finding) => {
    const after = lacksOf(applyEdits(bad, edits.get(finding)!), release);
    // What the text names itself, at another place or misspelt, is not the change's own.
    const isOwn = (lack: string) => bad.includes(`${/(\w+) \(/.exec(lack)![1]}:`);
    return after
      .filter((lack) => !before.includes(lack) && !isOwn(lack))
      .map((lack) => `${finding.rule} in ${release}: ${lack}`);
  });
}

describe('the release of a field', () => {
  it('is that of the field, or of the map that holds it', () => {
    const path = ['spec', 'postgresql', 'synchronous', 'failoverQuorum'];
    expect(lackOf('Cluster', path, '1.28')).to.equal(undefined);
    expect(lackOf('Cluster', path, '1.27.1')).to.eql({ field: path.join('.'), since: '1.28' });
    expect(lackOf('Cluster', path, '1.23')).to.eql({ field: 'spec.postgresql.synchronous', since: '1.24' });
    expect(lackOf('Database', ['spec', 'name'], '1.24')).to.eql({ field: 'Database', since: '1.25' });
    expect(lackOf('Cluster', ['spec', 'instances'], '1.21')).to.equal(undefined);
  });

  it('is looked for within lists and maps', () => {
    const plugins = [{ name: 'x', isWALArchiver: true }];
    expect(lackIn('Cluster', ['spec', 'plugins'], plugins, '1.25')?.field).to.equal('spec.plugins.isWALArchiver');
    expect(lackIn('Cluster', ['spec', 'plugins'], plugins, '1.26')).to.equal(undefined);
  });

  for (const release of old)
    it(`is not later than ${release} in any change for ${release}`, () => {
      expect(examples.flatMap((bad) => tooNew(release, bad))).to.eql([]);
    });
});

import { expect } from 'chai';
import { checkAll } from '../check.ts';
import { replicationAsynchronous } from '../rules/replication-asynchronous.ts';
import { cnpg } from '../rules/try-rule.ts';
import { operatorIn, operatorOfChart } from './operator.ts';

const file = (text: string, path = '/r/operator.yaml') => ({ path, source: { file: path.slice(3), text } });
const versionOf = (...texts: string[]) =>
  operatorIn(
    texts.map((text) => file(text)),
    '/r',
  )?.version;

const helmRelease = (version: string) =>
  `kind: HelmRelease\nspec:\n  chart:\n    spec:\n      chart: cloudnative-pg\n      version: ${version}\n`;

describe('the operator that a repository installs', () => {
  it('follows from the version of its chart', () => {
    const pairs = {
      '0.21.5': '1.23',
      '0.22.1': '1.24',
      '0.25.0': '1.26',
      '0.26.0': '1.27',
      '0.29.0': '1.30',
      '0.31.2': '1.32',
    };
    for (const [chart, operator] of Object.entries(pairs)) expect(operatorOfChart(chart), chart).to.equal(operator);
    for (const range of ['0.26.x', '~0.26.0', '^0.26.1', 'v0.26.0', '0.26'])
      expect(operatorOfChart(range), range).to.equal('1.27');
    for (const open of ['>=0.26.0', '*', '0.x', '1.0.0', '$' + '{VERSION}'])
      expect(operatorOfChart(open), open).to.equal(undefined);
  });

  it('is found in each kind of deployment', () => {
    const found: Readonly<Record<string, string>> = {
      HelmRelease: helmRelease('0.26.0'),
      OCIRepository:
        'kind: OCIRepository\nspec:\n  url: oci://ghcr.io/cloudnative-pg/charts/cloudnative-pg\n  ref:\n    tag: 0.26.0\n',
      'HelmChart of k3s': 'kind: HelmChart\nspec:\n  repo: https://x\n  chart: cloudnative-pg\n  version: 0.26.1\n',
      Application: 'kind: Application\nspec:\n  source:\n    chart: cloudnative-pg\n    targetRevision: 0.26.0\n',
      'helmCharts of a kustomization':
        'helmCharts:\n  - name: cloudnative-pg\n    version: 0.26.0\n    repo: https://x\n',
      'dependencies of a chart':
        'dependencies:\n  - name: cloudnative-pg\n    version: 0.26.0\n    repository: https://x\n',
      helmfile: 'releases:\n  - name: pg\n    chart: oci://x/charts/cloudnative-pg\n    version: 0.26.0\n',
      'a release manifest':
        'resources:\n  - https://github.com/cloudnative-pg/cloudnative-pg/releases/download/v1.27.0/cnpg-1.27.0.yaml\n',
      'a release manifest that is kept': '# of cloudnative-pg\nresources:\n  - vendor/cnpg-1.27.0.yaml\n',
      'a base of the repository':
        'resources:\n  - https://github.com/cloudnative-pg/cloudnative-pg//config?ref=v1.27.1\n',
      image: 'kind: Deployment\nspec: { c: [{ image: "ghcr.io/cloudnative-pg/cloudnative-pg:1.27.0" }] }\n',
    };
    for (const [kind, text] of Object.entries(found)) expect(versionOf(text), kind).to.equal('1.27');
  });

  it('is not one of another chart, an image of PostgreSQL, or a comment', () => {
    for (const text of [
      'kind: HelmRelease\nspec: { chart: { spec: { chart: cluster, version: 0.3.1 } } } # cloudnative-pg\n',
      'spec: { imageName: "ghcr.io/cloudnative-pg/postgresql:17.2" }\n',
      'kind: CronJob\nspec: { c: [{ image: "ghcr.io/cloudnative-pg/cloudnative-pg:1.27.0" }] }\n',
      'a: 1 # ghcr.io/cloudnative-pg/cloudnative-pg:1.27.0\n',
    ])
      expect(versionOf(text), text).to.equal(undefined);
  });

  it('is the oldest of two, and not known with more', () => {
    expect(versionOf(helmRelease('0.29.0'), helmRelease('0.27.1'))).to.equal('1.28');
    expect(versionOf(...['0.29.0', '0.27.1', '0.26.0'].map(helmRelease))).to.equal(undefined);
  });

  it('is not that of an example, of the first installation, or of a release that is only kept', () => {
    const image = 'kind: Deployment\nspec: { c: [{ image: "ghcr.io/cloudnative-pg/cloudnative-pg:1.15.0" }] }\n';
    expect(operatorIn([file(image, '/r/download/cnpg-1.15.0.yaml')], '/r')).to.equal(undefined);
    for (const path of ['/r/examples/a.yaml', '/r/bootstrap/helmfile.d/00-crds.yaml'])
      expect(operatorIn([file(helmRelease('0.26.0'), path)], '/r'), path).to.equal(undefined);
  });

  it('decides on changes, and a note says where it comes from', () => {
    const cluster = { file: 'pg.yaml', text: cnpg('Cluster', 'pg', '  instances: 3\n  storage: { size: 1Gi }\n') };
    const run = (chart: string, cnpgVersion?: string) => {
      const sources = [cluster, { file: 'operator.yaml', text: helmRelease(chart) }];
      const options = { nowMs: 0, rules: [replicationAsynchronous], ...(cnpgVersion && { cnpgVersion }) };
      const { findings, notes } = checkAll(sources, options);
      return { ...findings[0]!, notes: notes.map(({ text }) => text) };
    };
    const old = run('0.26.0');
    expect(old.change).to.contain('dataDurability: required').and.not.contain('failoverQuorum');
    expect(old.message).to.contain('needs CloudNativePG 1.28; this repository installs 1.27.');
    expect(old.notes).to.eql([
      'CloudNativePG 1.27, as operator.yaml:6 installs it (chart cloudnative-pg 0.26.0); --cnpg-version names another',
    ]);
    expect(run('0.22.0').change).to.contain('number: 1').and.not.contain('dataDurability');
    expect(run('0.21.5').change).to.equal('');
    expect(run('0.21.5').message).to.contain('needs CloudNativePG 1.24; this repository installs 1.23.');
    expect(run('0.29.0').change).to.contain('failoverQuorum');
    expect(run('0.21.5', '1.30').change).to.contain('failoverQuorum');
    expect(run('0.21.5', '1.30').notes).to.eql([]);
  });
});

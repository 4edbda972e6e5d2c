import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { Files } from '../tree/files.ts';
import { type Release, releasesIn } from './releases.ts';
import { isUnknown, member } from './value.ts';

const chart = (name: string, more = '') => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${more}`;
const database = 'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata:\n  name: {{ .Values.name }}\n';
const application = (helm: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: orders\nspec:\n  destination:\n    namespace: data\n  source:\n    path: charts/db\n    helm:\n${helm}`;

describe('releases of charts', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgdrill-charts-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Writes files beside the chart `charts/db`, and reads all of them. */
  function releases(more: Readonly<Record<string, string>>): Release[] {
    const all: Readonly<Record<string, string>> = {
      'charts/db/Chart.yaml': chart('db'),
      'charts/db/values.yaml': 'name: db\ninstances: 1\n',
      'charts/db/templates/db.yaml': database,
      ...more,
    };
    const sources = Object.entries(all).map(([name, text]) => {
      const file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return { file, text };
    });
    const files = new Files(sources);
    return releasesIn(files, files.named);
  }
  const value = ({ values }: Release, ...path: string[]): unknown => path.reduce(member, { data: values }).data;

  it('has the defaults of a chart that nothing deploys, which its user may change', () => {
    const [only, ...rest] = releases({});
    expect(rest).to.eql([]);
    expect(only).to.include({ name: 'db', namespace: undefined, isOpen: true });
    expect(value(only!, 'instances')).to.equal(1);
  });

  it('has the values of an Application: of its files, its text and its parameters, the later over the earlier', () => {
    const helm =
      '      valueFiles: [values-prod.yaml]\n      values: |\n        size: 5Gi\n      parameters:\n        - { name: nested.on, value: "true" }\n';
    const [only] = releases({
      'charts/db/values-prod.yaml': 'instances: 3\nsize: 1Gi\n',
      'apps/orders.yaml': application(helm),
    });
    expect(only).to.include({ name: 'orders', namespace: 'data', isOpen: false, hasMore: false });
    expect([value(only!, 'instances'), value(only!, 'size'), value(only!, 'nested', 'on')]).to.eql([3, '5Gi', true]);
  });

  it('takes no default for known where a file of values is not in the repository', () => {
    const [only] = releases({ 'apps/orders.yaml': application('      valueFiles: [$other/values.yaml]\n') });
    expect(only!.hasMore).to.equal(true);
    expect(isUnknown(value(only!, 'instances'))).to.equal(true);
  });

  it('has the values that a containing chart gives a part under its alias, and globals', () => {
    const dependency = 'dependencies:\n  - name: db\n    alias: orders\n    repository: file://../../charts/db\n';
    const list = releases({
      'apps/shop/Chart.yaml': chart('shop', dependency),
      'apps/shop/values.yaml': 'global: { zone: a }\norders: { instances: 2 }\n',
    });
    expect(list.map((release) => release.chart.name)).to.eql(['shop', 'db']);
    const part = list[1]!;
    expect(part).to.include({ isOpen: false, name: 'shop' });
    expect([value(part, 'instances'), value(part, 'name'), value(part, 'global', 'zone')]).to.eql([2, 'db', 'a']);
  });

  it('leaves out a part that its condition switches off', () => {
    const dependency =
      'dependencies:\n  - name: db\n    condition: db.enabled\n    repository: file://../../charts/db\n';
    const list = releases({
      'apps/shop/Chart.yaml': chart('shop', dependency),
      'apps/shop/values.yaml': 'db: { enabled: false }\n',
    });
    expect(list.map((release) => release.chart.name)).to.eql(['shop']);
  });
});

/** The Helm chart renders what `pgdrill manifests` prints, and helm finds nothing in it. Helm comes as a Go module. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { findScenario } from '../project/catalogue.ts';
import { profileOf } from '../stacks/cluster/safety/profiles.ts';
import { type Manifest, type Monthly, monthlyManifests, monthlyScenario } from './index.ts';
import { digest, one, plan } from './test-plan.ts';
import { helmValues } from './values.ts';

const helmModule = 'helm.sh/helm/v3/cmd/helm@v3.22.0';

const values = {
  image: { repository: 'example.org/pgdrill', digest },
  ...{ cluster: 'pg', database: 'app', secret: 'app-user', rights: 'node', anyApiServer: true },
  storageClasses: ['fast'],
};
const hooks = {
  webhook: 'https://chat.example.org:8443/hook',
  grafana: { url: 'http://grafana.example.org', tags: ['pgdrill'] },
};
const assertions = [{ name: 'orders', sql: 'select count(*) from orders', expect: { min: 1 } }];
/** The same words for both. */
const outside = {
  ...{
    archiveAccount: true,
    storeAddress: 'https://s3.bank.example:9000',
    storeCidrs: ['192.0.2.0/24', 'fd00::/8'],
  },
  ...{
    identities: ['irsa', 'eks-pod-identity', 'gke'],
    cloudAccount: ['iam.gke.io/gcp-service-account=a@b.iam'],
    reportCidrs: ['198.51.100.7/32'],
  },
  ...{ pushgateway: 'https://push.monitoring', prometheus: 'http://example.org', hooks },
  podPorts: { 'push.monitoring': [9091], 'example.org': [] },
} satisfies Partial<Monthly>;
/** What is chosen, as the program and as the chart take it. */
const choices: readonly [string, readonly string[], Partial<Monthly>, object][] = [
  ['the default scenario', ['planned-switchover'], {}, {}],
  [
    'scenarios with faults on nodes and of the operator',
    ['primary-crash', 'operator-down', 'primary-delete'],
    { operatorNamespace: 'operators', schedule: '0 4 * * 0', timeZone: 'Europe/Vienna', enabled: true },
    { operatorNamespace: 'operators', schedule: '0 4 * * 0', timeZone: 'Europe/Vienna', enabled: true },
  ],
  [
    'drains, and restores with their Secrets',
    ['drain', 'drain-rolling', 'paused-switchover', 'pooler-loss', 'restore-proof'],
    {
      ...{ storeSecrets: ['store'], pullSecrets: ['registry'], limits: { rto: '45s' }, assertions },
      storageClasses: ['fast', 'wal'],
      bucket: { to: 's3://b', secret: 's', endpoint: undefined },
      ...{ archiveAccount: true, storeAddress: 'http://minio.backups.svc', podPorts: { 'minio.backups.svc': [9000] } },
    },
    {
      ...{ storeSecrets: ['store'], pullSecrets: ['registry'], limits: { rto: '45s' }, assertions },
      storageClasses: ['fast', 'wal'],
      publish: { to: 's3://b', secret: 's' },
      ...{ archiveAccount: true, storeAddress: 'http://minio.backups.svc', podPorts: { 'minio.backups.svc': [9000] } },
    },
  ],
  [
    'a store outside of the cluster, opened by an account of the cloud, and reports that leave the cluster',
    ['restore-proof'],
    outside,
    outside,
  ],
  [
    'a store of a cloud, an address of IPv6, and pods of a StatefulSet',
    ['restore-proof'],
    {
      ...{ archiveAccount: true, identities: ['azure-workload'], storageClasses: [], cloudAccount: [] },
      ...{ pushgateway: 'http://[fd00::1]:9091', prometheus: 'https://prometheus-0.prometheus.monitoring.svc.' },
    },
    {
      ...{ archiveAccount: true, identities: ['azure-workload'], storageClasses: [], cloudAccount: [] },
      ...{ pushgateway: 'http://[fd00::1]:9091', prometheus: 'https://prometheus-0.prometheus.monitoring.svc.' },
    },
  ],
  [
    'a namespace that lets nothing in, with alerts and a chat',
    ['planned-switchover'],
    {
      ...{ defaultDeny: true, apiServers: ['10.0.0.1/32'], chat: { secret: 'chat', template: 'teams' } },
      ...{ pushgateway: 'https://push.monitoring.svc:9091', monitoring: { missedAfterS: 700_000 } },
    },
    {
      ...{ defaultDeny: true, apiServers: ['10.0.0.1/32'], notify: { secret: 'chat', template: 'teams' } },
      ...{
        pushgateway: 'https://push.monitoring.svc:9091',
        monitoring: { enabled: true, missedAfterSeconds: 700_000 },
      },
    },
  ],
  [
    'a bucket, services that are notified, generators and further options',
    ['primary-crash'],
    {
      bucket: { to: 's3://drills/pg', secret: 'keys', endpoint: 'http://minio.db:9000' },
      ...{ pushgateway: 'http://push:9091', prometheus: 'https://prometheus.example.org', hooks, generators: 2 },
      ...{
        grafanaSecret: 'token',
        words: ['--rate', '50', '--abort', 'writeOutageMs=60000', '--otlp', 'http://10.1.2.3:4318'],
      },
    },
    {
      publish: { to: 's3://drills/pg', secret: 'keys', endpoint: 'http://minio.db:9000' },
      ...{ pushgateway: 'http://push:9091', prometheus: 'https://prometheus.example.org', hooks, generators: 2 },
      ...{
        grafanaSecret: 'token',
        arguments: ['--rate', '50', '--abort', 'writeOutageMs=60000', '--otlp', 'http://10.1.2.3:4318'],
      },
    },
  ],
];

describe('the Helm chart', function suite() {
  this.timeout(900_000);
  let folder: string;
  let chart: string;
  before(async function make() {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-chart-'));
    const { exitCode, code, stderr, timedOut } = await execa('go', ['install', helmModule], {
      reject: false,
      timeout: 480_000,
      env: { GOBIN: folder, GOFLAGS: '' },
    });
    if (exitCode !== 0) {
      const why = timedOut ? 'not compiled in 8 min' : (code ?? String(stderr).split('\n').at(-1));
      console.log(`    skipped: go install helm: ${why}`);
      this.skip();
    }
    await execa(process.execPath, ['scripts/chart.mjs', folder]);
    chart = join(folder, 'pgdrill');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const helm = (...args: string[]) => execa(join(folder, 'helm'), args, { reject: false, all: true });
  const withValues = async (given: object): Promise<string> => {
    const file = join(folder, 'values.yaml');
    await writeFile(file, stringify(given));
    return file;
  };
  const rendered = async (given: object, from = chart): Promise<Manifest[]> => {
    const file = await withValues(given);
    const { stdout, all, exitCode } = await helm('template', 'drill', from, '--namespace', 'db', '--values', file);
    expect(exitCode, all).to.equal(0);
    return parseAllDocuments(String(stdout))
      .map((document) => document.toJS() as Manifest | null)
      .filter((object) => object !== null);
  };
  const planOf = async (names: readonly string[], change: Partial<Monthly>): Promise<Monthly> => {
    const found = await Promise.all(names.map((name) => findScenario('scenarios', name)));
    const scenarios = await Promise.all(found.map(monthlyScenario));
    const node = found.some(({ scenario }) => profileOf(scenario.needs) === 'node');
    return { ...plan, profile: node ? 'node' : 'platform', ...change, scenarios };
  };

  for (const [what, scenarios, change, given] of choices)
    it(`renders what pgdrill manifests prints, for ${what}`, async () => {
      const wanted = monthlyManifests(await planOf(scenarios, change));
      expect(comparable(await rendered({ ...values, ...given, scenarios }))).to.deep.equal(comparable(wanted));
    });

  for (const image of [`example.org/pgdrill@${digest}`, 'example.org/pgdrill:1.2'])
    it(`renders the same from the values that pgdrill manifests --format helm prints for ${image}`, async () => {
      const wanted = await planOf(['planned-switchover', 'primary-crash', 'restore-proof'], {
        ...{ image, words: ['--rate', '50'], archiveAccount: true, identities: ['ec2'] },
        ...{ storeCidrs: ['192.0.2.0/24'], reportCidrs: ['198.51.100.7/32'], pushgateway: 'https://push.bank.example' },
      });
      const text = helmValues(wanted, '# header', new Set(['planned-switchover']));
      expect(comparable(await rendered(parse(text)))).to.deep.equal(comparable(monthlyManifests(wanted)));
    });

  it('carries the version of the package', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    const { version: ofChart, appVersion } = parse(await readFile(join(chart, 'Chart.yaml'), 'utf8'));
    expect([ofChart, appVersion]).to.deep.equal([version, version]);
  });

  it('has no finding of helm lint', async () => {
    const { all, exitCode } = await helm('lint', '--strict', chart, '--values', await withValues(values));
    expect(exitCode, all).to.equal(0);
    expect(all).not.to.match(/\[(WARNING|ERROR)\]/);
  });

  const refusals: readonly [string, object, RegExp][] = [
    ['without the name of the Cluster', { ...values, cluster: '' }, /set cluster: the name of the Cluster/],
    ['without an image', { ...values, image: {} }, /set image\.repository/],
    [
      'a scenario that pgdrill does not have',
      { ...values, scenarios: ['primary-crsh'] },
      /has no primary-crsh; it has .*primary-crash/,
    ],
    [
      'a fault that pgdrill does not inject',
      { ...values, scenarios: [], ownScenarios: [{ name: 'own', faults: ['crush'], text: 'x' }] },
      /injects no crush/,
    ],
    [
      'a scenario that is never run there',
      { ...values, scenarios: ['disaster'] },
      /disaster is never run on an existing/,
    ],
    ['alerts without a Pushgateway', { ...values, monitoring: { enabled: true } }, /monitoring needs pushgateway/],
    ['a digest that is none', { ...values, image: { repository: 'i', digest: 'sha256:1' } }, /digest/],
    [
      'scenarios beyond the ceiling',
      { ...values, rights: 'platform', scenarios: ['primary-crash'] },
      /rights: .* need node/,
    ],
    ['generators beyond the ceiling', { ...values, rights: 'platform', generators: 1 }, /rights: .* need node/],
    [
      'a namespace of Kubernetes for the operator',
      { ...values, operatorNamespace: 'kube-system' },
      /operatorNamespace/,
    ],
    ['a name that would become rights', { ...values, secret: 'a"],"x":["b' }, /secret/],
    ['a name with a line break', { ...values, cluster: 'pg\nx: y' }, /cluster/],
    ['restores by the account of the archive', { ...values, scenarios: ['restore-proof'] }, /archiveAccount/],
    ['an account of a cloud that it does not know', { ...values, identities: ['moon'] }, /identities/],
    ['a store’s address that is not one', { ...values, storeCidrs: ['s3.example'] }, /storeCidrs/],
    ['a network without addresses', { ...values, anyApiServer: false }, /set apiServers/],
    ['a tag', { ...values, image: { repository: 'i', tag: '1' } }, /set image\.digest/],
    ['no scenario', { ...values, scenarios: [] }, /set scenarios: at least one/],
    ['a value that it does not know', { ...values, shedule: '0 3 1 * *' }, /shedule/],
  ];
  for (const [what, given, says] of refusals)
    it(`refuses ${what}`, async () => {
      const { all, exitCode } = await helm('template', 'drill', chart, '--values', await withValues(given));
      expect(exitCode).not.to.equal(0);
      expect(all).to.match(says);
    });

  it('prints warnings with its installation, as pgdrill manifests does at the top', async () => {
    // Helm prints notes where it reaches a cluster only: a copy of the chart has them in a ConfigMap.
    const copy = join(folder, 'with-notes');
    await cp(chart, copy, { recursive: true });
    const text = await readFile(join(copy, 'templates', 'NOTES.txt'), 'utf8');
    const object =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: notes }\ndata: { notes: {{ include "notes" . | toJson }} }\n';
    await writeFile(join(copy, 'templates', 'notes.yaml'), `{{- define "notes" -}}${text}{{- end }}\n${object}`);
    const notes = async (given: object) =>
      String(one('ConfigMap', await rendered({ ...values, ...given }, copy), 'notes').data.notes);
    const closed = { anyApiServer: false, apiServers: ['10.0.0.1/32'] };
    expect(await notes(closed))
      .to.include('both CronJobs are suspended')
      .and.not.include('WARNING');
    expect(await notes({ ...closed, scenarios: ['drain'], admission: false })).to.include(
      'WARNING: nothing limits the account beyond its Roles (admission: false); it may set any label and taint',
    );
    expect(await notes({ ...closed, scenarios: ['paused-switchover'], admission: false })).to.match(
      /; it may change any Pooler of \S+, its pods too, and with them run anything there\.$/m,
    );
    const restore = { ...closed, scenarios: ['restore-proof'], archiveAccount: true };
    expect(await notes(restore))
      .to.include('storeCidrs closes it')
      .and.include('which may write to your archive')
      .and.include('opens the store: the restore of each drill fails in its first minute');
    const named = { ...restore, storeCidrs: ['192.0.2.0/24'], identities: ['irsa'] };
    expect(await notes(named))
      .not.to.include('storeCidrs closes it')
      .and.not.include('fails in its first minute');
  });

  it('refuses to render its source, which lacks the rights', async () => {
    const { all, exitCode } = await helm('template', 'd', 'charts/pgdrill', '--values', await withValues(values));
    expect(exitCode).not.to.equal(0);
    expect(all).to.contain('node scripts/chart.mjs');
  });
});

/** By kind, namespace and name; rules and ports in an order of their own; the configuration by what it holds. */
function comparable(objects: readonly Manifest[]): unknown {
  // biome-ignore lint/suspicious/noExplicitAny: manifests are data of many kinds
  const copies = JSON.parse(JSON.stringify(objects)) as any[];
  for (const { kind, rules, data, metadata } of copies) {
    // Helm alone would delete the reports with the release.
    if (kind === 'PersistentVolumeClaim') delete metadata.annotations;
    if (kind === 'Role') rules.sort((a: object, b: object) => (inOrder(a) < inOrder(b) ? -1 : 1));
    for (const file of ['pgdrill.config.yaml', 'assertions.yaml']) if (data?.[file]) data[file] = parse(data[file]);
  }
  const key = ({ kind, metadata }: { kind: string; metadata: Record<string, string> }) =>
    `${kind} ${metadata.namespace}/${metadata.name}`;
  return Object.fromEntries(copies.map((object) => [key(object), object]).sort());
}

/** As text, whatever the order of its fields: helm puts them in order, and the program does not. */
const inOrder = (rule: object): string => JSON.stringify(Object.entries(rule).sort());

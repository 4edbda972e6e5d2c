import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse, parseAllDocuments } from 'yaml';
import { TestApi } from '../stacks/cluster/test-api.ts';
import { inProcess } from './in-process.ts';

const whole =
  'manifests primary-crash --namespace db --cluster pg --database app --secret app-user --image example.org/pgdrill:1 --allow-tag';
const pgdrill = (words: string) => inProcess(`${whole} --any-api-server ${words}`.split(' ').filter(Boolean));
const argsOf = (out: string): string =>
  parseAllDocuments(out)
    .map((document) => document.toJS())
    .find(({ kind }) => kind === 'CronJob')
    .spec.jobTemplate.spec.template.spec.containers[0].args.join(' ');

describe('pgdrill manifests', () => {
  it('passes on what was said of the drill, and only that', async () => {
    const { exitCode, out } = await pgdrill('--rate 50 --backup-age none --abort lagBytes=5 --abort writeOutageMs=9');
    expect(exitCode).to.equal(0);
    expect(argsOf(out)).to.match(
      /--out \/reports --rate 50 --backup-age none --abort lagBytes=5 --abort writeOutageMs=9$/,
    );
    expect(argsOf((await pgdrill('')).out)).to.match(/--out \/reports$/);
  });

  it('carries the questions to a restored database, and the limits of the configuration', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-manifests-'));
    const file = join(folder, 'mine.yaml');
    await writeFile(file, 'assertions: [{ name: orders, sql: select count(*) from orders, expect: { min: 1 } }]');
    const words = `${whole.replace('primary-crash', 'restore-proof')} --any-api-server --archive-account --store-secret store --limit rto=45s --assertions ${file}`;
    const { exitCode, out } = await inProcess(words.split(' '));
    await rm(folder, { recursive: true });
    expect(exitCode).to.equal(0);
    expect(argsOf(out)).to.match(/--assertions \/app\/assertions.yaml --limit rto=45s$/);
    const map = parseAllDocuments(out)
      .map((document) => document.toJS())
      .find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'pgdrill-scenarios');
    expect(parse(map.data['assertions.yaml']).assertions[0]).to.include({ name: 'orders' });
  });

  for (const [words, says] of [
    ['--limit tomorrow', '--limit expects metric=value'],
    ['--limit writeOutageMs=soon', 'expected a duration'],
    ['--assertions README.md', 'README.md'],
    ['--rate 800', 'primary-crash asks for 800 writes/s, and 500 is the ceiling'],
    ['--rate fast', '--rate expects writes per second'],
    ['--abort tomorrow', '--abort expects limit=number'],
    ['--max-lag much', '--max-lag expects a whole number'],
    ['--expect-alert Down', '--expect-alert needs --prometheus'],
    ['--generators many', '--generators expects a whole number'],
    ['--schedule daily', 'schedule has five fields'],
  ] as const)
    it(`refuses ${words} now, and not in the first drill of a month`, async () => {
      const { exitCode, err } = await pgdrill(words);
      expect(exitCode).to.equal(3);
      expect(err).to.include(says);
    });

  it('refuses a scenario that a cluster that others run cannot do', async () => {
    const { exitCode, err } = await inProcess(whole.replace('primary-crash', 'disaster').split(' '));
    expect(exitCode).to.equal(3);
    expect(err).to.include(
      'disaster is never run on an existing cluster: no destroy, backup; leave it out, or run it with --stack k3s',
    );
  });

  it('refuses a scenario that breaks several targets at once, which only a person may allow', async () => {
    const { exitCode, err } = await inProcess(whole.replace('primary-crash', 'standbys-lost').split(' '));
    expect(exitCode).to.equal(3);
    expect(err).to.include(
      'standbys-lost breaks several targets at once, which takes --allow-quorum-loss, and no unattended drill has that',
    );
  });

  it('names the addresses that the network policy needs, and the command that shows them', async () => {
    const { exitCode, err } = await inProcess(whole.split(' '));
    expect(exitCode).to.equal(3);
    expect(err)
      .to.include('name the cluster with --context, which reads them')
      .and.include('kubectl get endpointslices kubernetes -n default')
      .and.include('--any-api-server');
    const given = await inProcess([...whole.split(' '), '--api-server', '10.0.0.1/32']);
    expect(given.exitCode, given.err).to.equal(0);
  });

  it('reads them from a cluster, with the ports of the pods behind Services', async () => {
    await using api = await TestApi.start();
    const slice = (service: string, address: string, port: number) => ({
      metadata: { name: service, labels: { 'kubernetes.io/service-name': service } },
      ...{ endpoints: [{ addresses: [address] }], ports: [{ port }] },
    });
    const slices = '/apis/discovery.k8s.io/v1/namespaces';
    api.add(`${slices}/default/endpointslices/kubernetes`, slice('kubernetes', '10.9.8.7', 16443));
    api.add(`${slices}/monitoring/endpointslices/push`, slice('push', '10.1.1.1', 9091));
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-kubeconfig-'));
    const before = process.env.KUBECONFIG;
    process.env.KUBECONFIG = join(folder, 'config');
    try {
      await writeFile(process.env.KUBECONFIG, api.at().kube.config.exportConfig());
      const words = [...whole.split(' '), '--context', 'loaded-context', '--pushgateway', 'http://push.monitoring'];
      const { exitCode, out, err } = await inProcess(words);
      expect(exitCode, err).to.equal(0);
      const policy = parseAllDocuments(out)
        .map((document) => document.toJS())
        .find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'pgdrill');
      const [, , kubernetes, push] = policy.spec.egress;
      expect(kubernetes.to).to.deep.equal([{ ipBlock: { cidr: '10.9.8.7/32' } }]);
      expect(kubernetes.ports.map(({ port }: { port: number }) => port)).to.deep.equal([443, 6443, 16443]);
      expect(push.ports).to.deep.equal([{ port: 9091, protocol: 'TCP' }]);
      expect(api.requests.every((request) => request.startsWith('GET '))).to.equal(true);
    } finally {
      if (before === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = before;
      await rm(folder, { recursive: true });
    }
  });

  it('refuses what hides a right behind a profile or a tag', async () => {
    const without = whole.replace(' --allow-tag', '');
    expect((await inProcess(`${without} --any-api-server`.split(' '))).err).to.include(
      '--image expects a digest (name@sha256:…), since others can move a tag; --allow-tag accepts example.org/pgdrill:1',
    );
    const switchover = whole.replace('primary-crash', 'planned-switchover');
    const generators = `${switchover} --any-api-server --rights platform --generators 2`;
    expect((await inProcess(generators.split(' '))).err).to.include('which is more than the profile platform allows');
    const { out } = await inProcess(generators.replace('--rights platform ', '').split(' '));
    expect(out)
      .to.include('# Profile node: its scenarios need platform, but --generators makes Jobs, and with them pods')
      .and.not.include('makes no pod');
  });

  it('restores by an account that may only read, unless the other is accepted', async () => {
    const restore = `${whole.replace('primary-crash', 'restore-proof')} --any-api-server`;
    const { exitCode, err } = await inProcess(restore.split(' '));
    expect(exitCode).to.equal(3);
    expect(err)
      .to.include('--reader-secret')
      .and.include('which may also write to your archive, with --archive-account');
    const accepted = await inProcess(`${restore} --archive-account --store-secret store`.split(' '));
    expect(accepted.out).to.include('WARNING: restores read the store by the Cluster’s own account');
    const reader = await inProcess(`${restore} --reader-secret reader`.split(' '));
    expect(reader.exitCode, reader.err).to.equal(0);
    expect(reader.out).not.to.include('which may write to your archive');
  });

  it('are refused where nothing is known to open the store of a restore by the Cluster’s own account', async () => {
    const restore = `${whole.replace('primary-crash', 'restore-proof')} --any-api-server --archive-account`;
    const { exitCode, err, out } = await inProcess(restore.split(' '));
    expect(exitCode).to.equal(3);
    expect(err)
      .to.include('the restore of each drill would fail in its first minute')
      .and.include('--store-secret')
      .and.include('--identity');
    expect(out).to.equal('');
    const cloud = await inProcess(`${restore} --identity irsa`.split(' '));
    expect(cloud.exitCode, cloud.err).to.equal(0);
  });

  it('names what is missing', async () => {
    const { exitCode, err } = await inProcess(['manifests', 'primary-crash', '--namespace', 'db']);
    expect(exitCode).to.equal(3);
    expect(err).to.include('the manifests need --cluster');
  });

  describe('by format', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'pgdrill-manifests-'));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it('begins with the command that made it and what has to exist first', async () => {
      const { out } = await pgdrill('--notify-secret chat --store-secret store');
      expect(out).to.match(/^# Unattended drills of the Cluster pg in db: primary-crash\./);
      expect(out).to.match(/# {3}.*pgdrill.* manifests primary-crash --namespace db /);
      expect(out).to.include('# WARNING: example.org/pgdrill:1 is named by a tag');
      expect(out).to.include('The Secret chat in db').and.include('The Secret store in db');
    });

    it('writes a base of kustomize into a new folder, and leaves one that holds something alone', async () => {
      const to = join(folder, 'new');
      expect((await pgdrill(`--format kustomize --output ${to}`)).exitCode).to.equal(0);
      expect(await readdir(to)).to.deep.equal(['base']);
      const files = ['kustomization.yaml', 'pgdrill.yaml', 'admission.yaml', 'references.yaml'];
      expect(await readdir(join(to, 'base'))).to.have.members(files);
      const again = await pgdrill(`--format kustomize --output ${to}`);
      expect([again.exitCode, again.err]).to.deep.equal([
        3,
        `pgdrill: --output expects a folder that is new or empty, but ${to} holds base\n`,
      ]);
      const nowhere = await pgdrill('--format kustomize');
      expect(nowhere.exitCode).to.equal(3);
      expect(nowhere.err).to.include('--format kustomize writes 4 files; name a new folder for them with --output');
      const file = await pgdrill(`--output ${join(to, 'base', 'pgdrill.yaml')}`);
      expect(file.exitCode).to.equal(3);
      expect(file.err).to.include('--output expects a folder');
    });

    it('prints values of the chart, which has the shipped scenarios', async () => {
      const { out, exitCode } = await pgdrill('--format helm --otlp http://otel.monitoring:4318');
      expect(exitCode).to.equal(0);
      expect(parse(out)).to.deep.include({
        scenarios: ['primary-crash'],
        arguments: ['--otlp', 'http://otel.monitoring:4318'],
      });
      expect(parse(out).ownScenarios).to.equal(undefined);
    });
  });

  for (const [words, says] of [
    ['--generators 2 --rights node --operator-namespace kube-system', 'a Role of pgdrill does not go into kube-system'],
    ['--api-port https', '--api-port expects a whole number'],
    ['--pod-port grafana', '--pod-port expects host=port, such as grafana.monitoring=3000'],
    ['--rights platform', 'primary-crash needs the profile node, which allows more than platform; leave it out'],
    ['--image example.org/pgdrill@sha256:12', '--image expects name@sha256: and 64 hexadecimal digits'],
    ['--time-zone Vienna', '--time-zone expects a name such as Europe/Vienna'],
    ['--namespace D_B', 'hyphens), but got "D_B" for --namespace'],
    ['--store-secret *', 'hyphens), but got "*" for --store-secret'],
    ['--pull-secret R', 'hyphens), but got "R" for --pull-secret'],
    ['--notify-secret a/b', 'hyphens), but got "a/b" for --notify-secret'],
    ['--generators 21 --rights node', '--generators expects 20 at most'],
    ['--secret=--yes', 'hyphens), but got "--yes" for --secret'],
    ['--api-server 10.0.0.1', '--api-server expects addresses such as 10.0.0.1/32'],
    ['--api-server 10.0.0.999/8', '--api-server expects addresses'],
    ['--publish drills', '--publish expects s3://bucket/prefix'],
    ['--pushgateway push:9091', '--pushgateway expects an address'],
    ['--pushgateway http://ada:geheim@push:9091', '--pushgateway expects an address without an account'],
    ['--prometheus http://ada@prometheus:9090', '--prometheus expects an address without an account'],
    ['--restore-namespace other', '--restore-namespace expects a name that begins with pgdrill-restore-'],
    ['--otlp otel', '--otlp expects an address'],
    ['--monitoring', '--monitoring needs --pushgateway'],
    ['--format yaml', "argument 'yaml' is invalid"],
  ] as const)
    it(`refuses with one sentence: ${words}`, async () => {
      const { exitCode, err } = await pgdrill(words);
      expect(exitCode).to.equal(3);
      expect(err).to.include(says);
    });
});

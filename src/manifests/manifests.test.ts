import { expect } from 'chai';
import { parse } from 'yaml';
import { type Manifest, type Monthly, monthlyManifests } from './index.ts';

const plan: Monthly = {
  ...{ namespace: 'db', cluster: 'pg', database: 'app', secret: 'app-user', operatorNamespace: 'cnpg-system' },
  ...{
    image: 'example.org/pgdrill:1',
    schedule: '0 3 1 * *',
    generators: 0,
    pushgateway: undefined,
    prometheus: undefined,
    hooks: {},
    grafanaSecret: 'grafana-token',
    words: [],
    bucket: undefined,
  },
  scenarios: [{ name: 'planned-switchover', needs: ['switchover'], text: 'export default 1;\n' }],
};
const made = (change: Partial<Monthly> = {}) => monthlyManifests({ ...plan, ...change });
// biome-ignore lint/suspicious/noExplicitAny: manifests are data of many kinds
const one = (kind: string, objects: readonly Manifest[] = made()): any =>
  objects.find((object) => object.kind === kind);
const rules = (objects: readonly Manifest[]): string[] =>
  one('Role', objects).rules.map(
    ({ resources, verbs, resourceNames = [] }: Record<string, string[]>) =>
      `${verbs} ${resources}${resourceNames.length ? ` ${resourceNames}` : ''}`,
  );

describe('the manifests of a monthly drill', () => {
  it('are a CronJob with its account, Role, network policy, scenarios and volume', () => {
    expect(made().map(({ kind }) => kind)).to.deep.equal([
      ...['ServiceAccount', 'Role', 'RoleBinding', 'ConfigMap', 'PersistentVolumeClaim', 'NetworkPolicy', 'CronJob'],
    ]);
  });

  it('grant what the chosen scenarios need, and nothing else', () => {
    const switchover = rules(made());
    expect(switchover).to.include('patch clusters/status pg').and.include('get secrets app-user');
    expect(switchover.join()).not.to.include('deployments');
    const operator = made({ scenarios: [{ name: 'operator-down', needs: ['operator-down'], text: '' }] });
    expect(rules(operator).join()).not.to.include('clusters/status');
    const far = operator
      .filter((object) => object.kind === 'Role')
      .map((object) => (object.metadata as { namespace: string }).namespace);
    expect(far).to.deep.equal(['db', 'cnpg-system']);
  });

  it('let a drill that restores make a namespace and remove it, by a ClusterRole, and no other drill', () => {
    const objects = made({ scenarios: [{ name: 'restore-proof', needs: [], restores: true, text: '' }] });
    const granted = one('ClusterRole', objects).rules.map(
      ({ resources, verbs }: Record<string, string[]>) => `${verbs} ${resources}`,
    );
    expect(granted).to.include('create,get,list,delete namespaces').and.include('create,get,patch secrets');
    const drain = made({ scenarios: [{ name: 'drain', needs: ['drain'], text: '' }] });
    expect(one('ClusterRole', drain).rules).to.deep.equal([
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'patch'] },
    ]);
    expect(one('ClusterRoleBinding', objects).subjects).to.deep.equal([
      { kind: 'ServiceAccount', name: 'pgdrill', namespace: 'db' },
    ]);
    expect(one('ClusterRole', made())).to.equal(undefined);
  });

  it('let the load be made in pods of its own, with the right to a Job', () => {
    const objects = made({ generators: 2 });
    expect(one('CronJob', objects).spec.jobTemplate.spec.template.spec.containers[0].args.join(' ')).to.include(
      '--generators 2',
    );
    expect(rules(objects)).to.include('create,delete jobs');
    expect(rules(made()).join()).not.to.include('jobs');
  });

  it('never grant a verb on everything', () => {
    const everything = made({
      scenarios: [{ name: 'x', needs: ['crash', 'isolate', 'delete', 'operator-down', 'switchover'], text: '' }],
    });
    expect(JSON.stringify(everything.filter(({ kind }) => kind === 'Role'))).not.to.include('"*"');
  });

  it('drill from inside, one at a time, with the time to heal when the pod is evicted', () => {
    const { spec } = one('CronJob');
    const pod = spec.jobTemplate.spec.template.spec;
    expect(spec).to.include({ schedule: '0 3 1 * *', concurrencyPolicy: 'Forbid' });
    expect(spec.jobTemplate.spec.backoffLimit).to.equal(0);
    // Five minutes for an instance to come back, and what closing took on a busy machine.
    expect(pod.terminationGracePeriodSeconds).to.equal(420);
    expect(pod.containers[0].args.join(' ')).to.include(
      'run planned-switchover --stack cluster --context in-cluster --namespace db',
    );
  });

  it('pass on how far the drill may go, and who is notified of it, with no token in them', () => {
    const objects = made({
      words: ['--rate', '50', '--abort', 'writeOutageMs=60000'],
      prometheus: 'http://prometheus:9090',
      hooks: { webhook: 'https://chat.example.org:8443/hook', grafana: { url: 'http://grafana:3000', tags: ['x'] } },
    });
    const [container] = one('CronJob', objects).spec.jobTemplate.spec.template.spec.containers;
    expect(container.args.join(' ')).to.match(
      /--prometheus http:\/\/prometheus:9090 --rate 50 --abort writeOutageMs=60000$/,
    );
    expect(parse(one('ConfigMap', objects).data['pgdrill.config.yaml']).hooks.webhook).to.include('chat.example.org');
    expect(container.volumeMounts.at(-1)).to.include({
      mountPath: '/app/pgdrill.config.yaml',
      subPath: 'pgdrill.config.yaml',
    });
    expect(container.env.at(-1).valueFrom.secretKeyRef).to.deep.equal({
      name: 'grafana-token',
      key: 'PGDRILL_GRAFANA_TOKEN',
    });
    const ports = one('NetworkPolicy', objects).spec.egress[2].ports.map(({ port }: { port: number }) => port);
    expect(ports).to.deep.equal([443, 6443, 9090, 8443, 3000]);
  });

  it('keep the drill off the nodes that it may break', () => {
    const { affinity } = one('CronJob').spec.jobTemplate.spec.template.spec;
    expect(JSON.stringify(affinity)).to.include('"matchLabels":{"cnpg.io/cluster":"pg","cnpg.io/podRole":"instance"}');
  });

  it('mount each scenario as a file, from where its imports lead into the image', () => {
    const pod = one('CronJob').spec.jobTemplate.spec.template.spec;
    expect(one('ConfigMap').data).to.deep.equal({ 'planned-switchover.ts': 'export default 1;\n' });
    expect(pod.containers[0].volumeMounts[1]).to.include({ subPath: 'planned-switchover.ts' });
  });

  it('keep reports in a bucket where one is named, with no secret in them', () => {
    const bucket = { to: 's3://drills/pg', secret: 'bucket-keys', endpoint: 'http://minio.db:9000' };
    const objects = made({ bucket, pushgateway: 'http://push:9091' });
    expect(objects.some(({ kind }) => kind === 'PersistentVolumeClaim')).to.equal(false);
    const [container] = one('CronJob', objects).spec.jobTemplate.spec.template.spec.containers;
    expect(container.envFrom).to.deep.equal([{ secretRef: { name: 'bucket-keys' } }]);
    expect(container.args.join(' ')).to.include('--publish s3://drills/pg --pushgateway http://push:9091');
    expect(JSON.stringify(one('NetworkPolicy', objects)))
      .to.include('9000')
      .and.include('9091');
  });
});

import { resolve } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { podViolations } from '../kubernetes/pod-security.ts';
import { findScenario, readBuiltIn } from '../project/catalogue.ts';
import { type Manifest, monthlyScenario, restoreNamespaceFor } from './index.ts';
import { made, one, podOf } from './test-plan.ts';

const rules = (objects: readonly Manifest[], kind = 'Role'): string[] =>
  one(kind, objects).rules.map(
    ({ resources, verbs, resourceNames = [] }: Record<string, string[]>) =>
      `${verbs} ${resources}${resourceNames.length ? ` ${resourceNames}` : ''}`,
  );
const scenario = (name: string, ...needs: ('switchover' | 'crash' | 'drain' | 'operator-down' | 'delete')[]) => ({
  ...{ name, needs, text: '' },
});

describe('the manifests of a monthly drill', () => {
  it('are two CronJobs with their account, Role, network policy, scenarios and volume', () => {
    expect(made().map(({ kind }) => kind)).to.deep.equal([
      ...['ServiceAccount', 'Role', 'RoleBinding', 'NetworkPolicy', 'ConfigMap', 'PersistentVolumeClaim'],
      ...['CronJob', 'CronJob', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    ]);
    // Kubernetes has such policies from 1.30.
    expect(made({ admission: false }).map(({ kind }) => kind)).not.to.include('ValidatingAdmissionPolicy');
  });

  it('carry every built-in scenario in a form that loads from the folder in which it is mounted', async () => {
    const texts = (await Promise.all((await readBuiltIn()).map(monthlyScenario))).map(({ text }) => text);
    expect(texts).to.have.length.above(40);
    expect(texts.filter((text) => /from '\./.test(text) || !text.includes("from 'pgdrill';"))).to.deep.equal([]);
  });

  it('grant what the chosen scenarios need, and nothing else', () => {
    const switchover = rules(made());
    expect(switchover).to.include('patch clusters/status pg').and.include('get secrets app-user');
    expect(switchover.join()).not.to.include('deployments');
    const operator = made({ scenarios: [scenario('operator-down', 'operator-down')] });
    expect(rules(operator).join()).not.to.include('clusters/status');
    const far = operator
      .filter((object) => object.kind === 'Role')
      .map((object) => (object.metadata as { namespace: string }).namespace);
    expect(far).to.deep.equal(['db', 'cnpg-system']);
  });

  it('let nobody make a pod below the profile node: the watchdog is a CronJob', () => {
    const makes = (objects: readonly Manifest[]) => rules(objects).filter((rule) => /create.* (pods|jobs)$/.test(rule));
    expect(makes(made({ scenarios: [scenario('x', 'switchover', 'drain', 'delete')] }))).to.deep.equal([]);
    expect(makes(made({ scenarios: [scenario('x', 'crash')], profile: 'node' }))).to.have.lengthOf(1);
    const { args } = podOf('pgdrill-watchdog').containers[0];
    expect(args.join(' ')).to.match(/^heal --for-drills 900s --context in-cluster --namespace \$\(PGDRILL_NAMESPACE\)/);
    expect(podOf('pgdrill').containers[0].args).to.include('--external-watchdog').and.not.include('--watchdog-image');
  });

  it('share no name outside of the Cluster’s namespace with another installation, nor in it with the operator', () => {
    const scenarios = [
      scenario('x', 'operator-down', 'drain'),
      { name: 'restore-proof', needs: [], restores: true, text: '' },
    ];
    const far = (namespace: string, cluster: string) =>
      made({ scenarios, namespace, cluster, restoreNamespace: restoreNamespaceFor(namespace, cluster) })
        .map(({ kind, metadata }) => ({ kind, ...(metadata as { name: string; namespace?: string }) }))
        .filter((one) => one.namespace !== namespace)
        .map(({ kind, name, namespace: there = '' }) => `${kind} ${there}/${name}`);
    const [one, other] = [far('a-b', 'c'), far('a', 'b-c')];
    expect(one).to.have.length.above(8);
    expect(one.filter((name) => other.includes(name))).to.deep.equal([]);
    const same = made({ scenarios, operatorNamespace: 'db' }).filter(({ kind }) => kind === 'Role');
    const names = same.map(({ metadata }) => JSON.stringify(metadata));
    expect(new Set(names).size).to.equal(names.length);
    const long = restoreNamespaceFor('n'.repeat(63), 'c'.repeat(63));
    expect(long.length).to.be.at.most(63);
  });

  it('let the watchdog outlive a drill that begins late and takes all its time, and then undo what it left', () => {
    const { jobTemplate, startingDeadlineSeconds } = one('CronJob', made(), 'pgdrill').spec;
    const { activeDeadlineSeconds, template } = jobTemplate.spec;
    const latest = startingDeadlineSeconds + activeDeadlineSeconds + template.spec.terminationGracePeriodSeconds;
    const watchdog = one('CronJob', made(), 'pgdrill-watchdog').spec.jobTemplate.spec.activeDeadlineSeconds;
    // Instances back (300 s), pods on nodes gone (120 s), a primary to drop the schema (180 s).
    expect(watchdog - latest).to.be.at.least(300 + 120 + 180);
  });

  it('let a drill that restores work in a namespace that is kept for it, and nowhere else', () => {
    const restore = { name: 'restore-proof', needs: [], restores: true, text: '' };
    const objects = made({ scenarios: [restore], storeSecrets: ['store'], profile: 'observe' });
    // Volumes and their classes have no namespace: they may be looked at.
    expect(rules(objects, 'ClusterRole')).to.deep.equal(['list persistentvolumes', 'list storageclasses']);
    const { metadata } = one('Namespace', objects);
    expect(metadata.name).to.equal(restoreNamespaceFor('db', 'pg'));
    expect(metadata.labels).to.include({
      ...{ 'pgdrill.dev/restore-of': 'pg', 'pgdrill.dev/restore-from': 'db', 'pgdrill.dev/kept-for-restores': 'true' },
      ...{ 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' },
    });
    // One Cluster and its pods, and no Service that leads out of the cluster.
    expect(one('ResourceQuota', objects).spec.hard).to.include({
      ...{ 'count/clusters.postgresql.cnpg.io': '1', pods: '4' },
      ...{ 'services.loadbalancers': '0', 'services.nodeports': '0' },
    });
    // And no pod that could evict others.
    expect(one('ResourceQuota', objects, 'pgdrill-priority').spec).to.deep.equal({
      hard: { pods: '0' },
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'Exists' }] },
    });
    // Nor one whose affinity keeps the pods of others away.
    expect(one('ResourceQuota', objects, 'pgdrill-affinity').spec).to.deep.equal({
      hard: { pods: '0' },
      scopeSelector: { matchExpressions: [{ scopeName: 'CrossNamespacePodAffinity', operator: 'Exists' }] },
    });
    const roles = objects.filter(({ kind }) => kind === 'Role');
    const namespaces = roles.map((role) => (role.metadata as { namespace: string }).namespace);
    expect(namespaces).to.deep.equal([restoreNamespaceFor('db', 'pg'), 'db']);
    expect(rules(roles.slice(0, 1)))
      .to.include('create,list,delete secrets')
      .and.include('create,get,delete clusters');
    expect(rules(roles.slice(1))).to.include('get secrets store');
    expect(podOf('pgdrill', objects).containers[0].args.join(' ')).to.include(
      `--restore-namespace ${restoreNamespaceFor('db', 'pg')}`,
    );
    for (const binding of objects.filter(({ kind }) => kind === 'RoleBinding'))
      expect(binding.subjects).to.deep.equal([{ kind: 'ServiceAccount', name: 'pgdrill', namespace: 'db' }]);
  });

  it('reach beyond namespaces for the nodes of a drain only', () => {
    expect(one('ClusterRole', made({ scenarios: [scenario('drain', 'drain')] })).rules).to.deep.equal([
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'patch'] },
    ]);
    expect(one('ClusterRole', made())).to.equal(undefined);
    expect(one('Namespace', made())).to.equal(undefined);
  });

  it('let the load be made in pods of its own, with the right to a Job', () => {
    const objects = made({ generators: 2 });
    expect(podOf('pgdrill', objects).containers[0].args.join(' ')).to.include('--generators 2');
    expect(rules(objects)).to.include('create,delete jobs');
    expect(rules(made()).join()).not.to.include('jobs');
  });

  it('never grant a verb on everything', () => {
    const everything = made({ scenarios: [scenario('x', 'crash', 'delete', 'operator-down', 'switchover')] });
    expect(JSON.stringify(everything.filter(({ kind }) => kind === 'Role'))).not.to.include('"*"');
  });

  it('drill from inside, one at a time, with the time to heal when the pod is evicted', () => {
    for (const name of ['pgdrill', 'pgdrill-watchdog'])
      expect(one('CronJob', made(), name).spec).to.include({
        ...{ schedule: '0 3 1 * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 600 },
        suspend: true,
      });
    expect(one('CronJob', made({ enabled: true })).spec.suspend).to.equal(false);
    expect(one('CronJob').spec.jobTemplate.spec.backoffLimit).to.equal(0);
    const pod = podOf('pgdrill');
    // Five minutes for an instance to come back, and what closing took on a busy machine.
    expect(pod.terminationGracePeriodSeconds).to.equal(420);
    expect(pod.containers[0].args.join(' ')).to.include('run planned-switchover --stack cluster --context in-cluster');
  });

  it('run pods that Pod Security admits at the level restricted, on a file system that they cannot change', () => {
    const objects = made({
      bucket: { to: 's3://b', secret: 's', endpoint: undefined },
      hooks: { webhook: 'http://h' },
    });
    for (const name of ['pgdrill', 'pgdrill-watchdog']) {
      const pod = podOf(name, objects);
      expect(podViolations(pod, 'restricted'), name).to.deep.equal([]);
      const [{ securityContext, resources, volumeMounts, image }] = pod.containers;
      expect(securityContext.readOnlyRootFilesystem).to.equal(true);
      expect(resources.limits['ephemeral-storage']).to.be.a('string');
      expect(resources.requests['ephemeral-storage']).to.be.a('string');
      expect(volumeMounts).to.deep.include({ name: 'tmp', mountPath: '/tmp' });
      expect(image).to.match(/@sha256:a{64}$/);
      expect(pod.enableServiceLinks).to.equal(false);
    }
    const { containers, ...weak } = podOf('pgdrill');
    const [{ securityContext: _, ...container }] = containers;
    expect(podViolations({ ...weak, containers: [container] }, 'restricted')).not.to.deep.equal([]);
  });

  it('keep the state outside volumes, which every user may write to: the state folder refuses that', () => {
    for (const name of ['pgdrill', 'pgdrill-watchdog']) {
      const { env, volumeMounts } = podOf(name).containers[0];
      const { value } = env.find((one: { name: string }) => one.name === 'PGDRILL_STATE');
      const within = volumeMounts.filter(({ mountPath }: { mountPath: string }) =>
        `${value}/`.startsWith(`${mountPath}/`),
      );
      expect(within).to.deep.equal([]);
      expect(value, 'a folder that every container can write to').to.match(/^\/dev\/shm\//);
    }
  });

  it('pass on how far the drill may go, and who is notified of it, with no token in them', () => {
    const objects = made({
      words: ['--rate', '50', '--abort', 'writeOutageMs=60000', '--expect-alert', '$(HOME)'],
      prometheus: 'http://prometheus:9090',
      hooks: { webhook: 'https://chat.example.org:8443/hook', grafana: { url: 'http://grafana:3000', tags: ['x'] } },
      chat: { secret: 'chat', template: 'teams' },
    });
    const [container] = podOf('pgdrill', objects).containers;
    // A variable of Kubernetes is not meant.
    expect(container.args.slice(-6)).to.deep.equal([
      ...['--rate', '50', '--abort', 'writeOutageMs=60000', '--expect-alert', '$$(HOME)'],
    ]);
    expect(container.args.join(' ')).to.include('--prometheus http://prometheus:9090 --notify-template teams');
    expect(parse(one('ConfigMap', objects).data['pgdrill.config.yaml']).hooks.webhook).to.include('chat.example.org');
    expect(container.volumeMounts.at(-1)).to.include({
      mountPath: '/app/pgdrill.config.yaml',
      subPath: 'pgdrill.config.yaml',
    });
    const secrets = container.env.flatMap(({ valueFrom }: { valueFrom?: { secretKeyRef?: object } }) =>
      valueFrom?.secretKeyRef ? [valueFrom.secretKeyRef] : [],
    );
    expect(secrets).to.deep.equal([
      { name: 'pgdrill-grafana', key: 'PGDRILL_GRAFANA_TOKEN' },
      { name: 'chat', key: 'PGDRILL_NOTIFY' },
    ]);
  });

  it('hold limits and questions to restored databases in files that the drill reads', () => {
    const assertions = [{ name: 'orders', sql: 'select 1', expect: 1 }];
    const objects = made({ limits: { rto: '45s' }, assertions });
    const { data } = one('ConfigMap', objects);
    expect(parse(data['pgdrill.config.yaml'])).to.deep.equal({ limits: { rto: '45s' } });
    expect(parse(data['assertions.yaml'])).to.deep.equal({ assertions });
    const paths = podOf('pgdrill', objects).containers[0].volumeMounts.map(
      ({ mountPath }: { mountPath: string }) => mountPath,
    );
    expect(paths).to.include.members(['/app/pgdrill.config.yaml', '/app/assertions.yaml']);
  });

  it('keep the drill off the nodes that it may break', () => {
    const instance = '"matchLabels":{"cnpg.io/cluster":"pg","cnpg.io/podRole":"instance"}';
    for (const name of ['pgdrill', 'pgdrill-watchdog'])
      expect(JSON.stringify(podOf(name).affinity)).to.include(instance);
  });

  it('mount each scenario as a file, from where its imports lead into the image', () => {
    expect(one('ConfigMap').data).to.deep.equal({ 'planned-switchover.ts': 'export default 1;\n' });
    expect(podOf('pgdrill').containers[0].volumeMounts[2]).to.include({ subPath: 'planned-switchover.ts' });
  });

  it('carry the experiments that a scenario injects, at the paths that it names', async () => {
    const carried = await monthlyScenario(await findScenario('scenarios', 'fixtures/experiments/primary-failed.ts'));
    const path = 'fixtures/experiments/pod-failure.yaml';
    expect(carried.files?.map((file) => file.path)).to.deep.equal([path]);
    const objects = made({ scenarios: [carried, { ...carried, name: 'again' }] });
    const key = 'fixtures__experiments__pod-failure.yaml';
    expect(one('ConfigMap', objects).data[key]).to.include('kind: PodChaos');
    const mounts = podOf('pgdrill', objects).containers[0].volumeMounts;
    expect(mounts.filter(({ subPath }: { subPath?: string }) => subPath === key)).to.deep.equal([
      { name: 'scenarios', mountPath: `/app/${path}`, subPath: key, readOnly: true },
    ]);
    const rules = one('Role', objects).rules.filter(
      ({ apiGroups }: { apiGroups: string[] }) => apiGroups[0] === 'chaos-mesh.org',
    );
    expect(
      rules.map(({ resources, verbs }: { resources: string[]; verbs: string[] }) => [...resources, ...verbs].join(' ')),
    ).to.deep.equal(
      ['podchaos', 'networkchaos', 'iochaos', 'stresschaos', 'timechaos'].map((kind) => `${kind} create get delete`),
    );
  });

  it('refuse an experiment whose file the CronJob could not have', async () => {
    const listed = await findScenario('scenarios', 'fixtures/experiments/primary-failed.ts');
    const drilling = (file: string) => ({
      ...listed,
      scenario: {
        ...listed.scenario,
        drill: new Function('{ inject }', `return inject('experiment', 1, { file: ${file} })`) as never,
      },
    });
    const why = (file: string) => monthlyScenario(drilling(file)).catch((error: Error) => error.message);
    expect(await why('process.env.FILE')).to.contain('computes the name of its experiment’s file');
    expect(await why(`'${resolve('fixtures/experiments/time.yaml')}'`)).to.contain(
      'which the CronJob cannot have at the same path',
    );
    expect(await why("'fixtures/../../x.yaml'")).to.contain('cannot be read');
  });

  it('keep reports in a bucket where one is named, with no secret in them', () => {
    const bucket = { to: 's3://drills/pg', secret: 'bucket-keys', endpoint: 'http://minio.db:9000' };
    const objects = made({ bucket, pushgateway: 'http://push:9091' });
    expect(objects.some(({ kind }) => kind === 'PersistentVolumeClaim')).to.equal(false);
    const [container] = podOf('pgdrill', objects).containers;
    // Key by key: the owner of the Secret sets no other variable.
    expect(container.envFrom).to.equal(undefined);
    const keys = container.env.flatMap(({ valueFrom }: { valueFrom?: { secretKeyRef?: { key: string } } }) =>
      valueFrom?.secretKeyRef ? [valueFrom.secretKeyRef.key] : [],
    );
    expect(keys).to.deep.equal(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION']);
    expect(container.args.join(' ')).to.include('--publish s3://drills/pg --pushgateway http://push:9091');
  });
});

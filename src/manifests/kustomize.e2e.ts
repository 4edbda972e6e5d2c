/** The base survives what overlays do to it, as kustomize itself builds it. Kustomize comes as a Go module. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { parseAllDocuments, stringify } from 'yaml';
import type { Manifest } from './index.ts';
import { kustomizeFiles } from './kustomize.ts';
import type { Monthly } from './plan.ts';
import { one, plan, podOf } from './test-plan.ts';

const kustomizeModule = 'sigs.k8s.io/kustomize/kustomize/v5@v5.8.1';
const everything: Monthly = {
  ...plan,
  scenarios: [
    { name: 'operator-down', needs: ['operator-down', 'crash', 'drain'], text: 'x' },
    { name: 'restore-proof', needs: [], restores: true, text: 'x' },
  ],
  ...{ profile: 'node', storeSecrets: ['store'], defaultDeny: true },
  ...{ pushgateway: 'http://push:9091', monitoring: { missedAfterS: 100 } },
};

describe('the base of kustomize, built', function suite() {
  this.timeout(900_000);
  let folder: string;
  before(async function make() {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-kustomize-'));
    const { exitCode, code, stderr, timedOut } = await execa('go', ['install', kustomizeModule], {
      reject: false,
      timeout: 480_000,
      env: { GOBIN: folder, GOFLAGS: '' },
    });
    if (exitCode === 0) return;
    const why = timedOut ? 'not compiled in 8 min' : (code ?? String(stderr).split('\n').at(-1));
    console.log(`    skipped: go install kustomize: ${why}`);
    this.skip();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const build = async (overlay: object): Promise<Manifest[]> => {
    const there = await mkdtemp(join(folder, 'overlay-'));
    for (const { path, text } of kustomizeFiles(everything, '# header')) {
      await mkdir(dirname(join(there, path)), { recursive: true });
      await writeFile(join(there, path), text);
    }
    await mkdir(join(there, 'mine'));
    await writeFile(join(there, 'mine', 'kustomization.yaml'), stringify({ resources: ['../base'], ...overlay }));
    const { stdout, all, exitCode } = await execa(join(folder, 'kustomize'), ['build', join(there, 'mine')], {
      reject: false,
      all: true,
    });
    expect(exitCode, all).to.equal(0);
    return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  };

  it('moves as a whole to another namespace, the pods’ own words too', async () => {
    const objects = await build({ namespace: 'other' });
    const namespaces = objects.flatMap(({ metadata }) => (metadata as { namespace?: string }).namespace ?? []);
    expect(new Set(namespaces)).to.deep.equal(new Set(['other']));
    for (const kind of ['RoleBinding', 'ClusterRoleBinding'])
      expect(one(kind, objects).subjects[0].namespace).to.equal('other');
    const [{ args, env }] = podOf('pgdrill', objects).containers;
    expect(args.join(' ')).to.include('--namespace $(PGDRILL_NAMESPACE)').and.not.match(/ db\b/);
    expect(env[0].valueFrom.fieldRef.fieldPath).to.equal('metadata.namespace');
  });

  it('takes another image in both pods', async () => {
    const objects = await build({ images: [{ name: 'example.org/pgdrill', newName: 'mirror/pgdrill', newTag: '2' }] });
    for (const name of ['pgdrill', 'pgdrill-watchdog'])
      expect(podOf(name, objects).containers[0].image).to.equal('mirror/pgdrill:2');
    expect(JSON.stringify(objects)).not.to.include('example.org/pgdrill');
  });

  it('takes a prefix, and everything still finds what it names', async () => {
    const objects = await build({ namePrefix: 'team-' });
    const names = new Map(objects.map(({ kind, metadata }) => [kind, (metadata as { name: string }).name]));
    expect([...names.values()].every((name) => name.startsWith('team-'))).to.equal(true);
    const pod = podOf('team-pgdrill', objects);
    expect(pod.serviceAccountName).to.equal('team-pgdrill');
    expect(podOf('team-pgdrill-watchdog', objects).serviceAccountName).to.equal('team-pgdrill');
    expect(one('RoleBinding', objects)).to.deep.include({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'team-pgdrill' },
    });
    expect(one('RoleBinding', objects).subjects[0].name).to.equal('team-pgdrill');
    expect(one('ClusterRoleBinding', objects).subjects[0].name).to.equal('team-pgdrill');
    expect(one('ClusterRoleBinding', objects).roleRef.name).to.equal(one('ClusterRole', objects).metadata.name);
    const volumes = JSON.stringify(pod.volumes);
    expect(volumes).to.include('team-pgdrill-scenarios').and.include('team-pgdrill-reports');
    // Secrets and the Cluster are not part of the base, and keep their names.
    expect(pod.containers[0].args.join(' ')).to.include('--cluster pg --database app --secret app-user');
    const granted = JSON.stringify(one('Role', objects).rules);
    expect(granted).to.include('"resourceNames":["app-user"]').and.include('"resourceNames":["pgdrill-pg"]');
  });

  it('is suspended until an overlay enables both', async () => {
    const patch = JSON.stringify([{ op: 'replace', path: '/spec/suspend', value: false }]);
    const enabled = await build({ patches: [{ target: { kind: 'CronJob' }, patch }] });
    for (const name of ['pgdrill', 'pgdrill-watchdog']) {
      expect(one('CronJob', await build({}), name).spec.suspend).to.equal(true);
      expect(one('CronJob', enabled, name).spec.suspend).to.equal(false);
    }
  });
});

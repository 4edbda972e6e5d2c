import { expect } from 'chai';
import { parse, parseAllDocuments } from 'yaml';
import { headerOf, secretsOf } from './header.ts';
import { monthlyManifests } from './index.ts';
import { kustomizeFiles, textOf } from './kustomize.ts';
import type { Monthly } from './plan.ts';
import { digest, plan } from './test-plan.ts';
import { helmValues, imageParts } from './values.ts';

const whole: Monthly = {
  ...plan,
  bucket: { to: 's3://drills', secret: 'keys', endpoint: undefined },
  hooks: { grafana: { url: 'http://grafana', tags: [] } },
  chat: { secret: 'chat', template: 'slack' },
  storeSecrets: ['store'],
  pullSecrets: ['registry'],
};

describe('the comment at the top', () => {
  it('says how it was made, with which rights, and what has to exist first', () => {
    const text = headerOf(plan, 'pgdrill manifests planned-switchover', '1.2.3');
    expect(text.split('\n').every((line) => line.startsWith('#'))).to.equal(true);
    expect(text).to.include('Made by pgdrill 1.2.3 with:\n#   pgdrill manifests planned-switchover');
    expect(text).to.include('Profile platform: ').and.include('pgdrill.dev/allow-drills=switchover until');
    expect(text).to.match(/kubectl patch cronjob pgdrill pgdrill-watchdog -n db -p '\{"spec":\{"suspend":false\}\}'/);
    expect(text).to.include('WARNING: the API server’s ports are open to any address (--any-api-server).');
    expect(headerOf({ ...plan, apiServers: ['10.0.0.1/32'] }, '', '')).not.to.include('WARNING');
  });

  it('warns where a restored copy may connect to any address: the store has a name outside of the cluster, or none', () => {
    const restore = { ...plan, scenarios: [{ ...plan.scenarios[0]!, restores: true }] };
    const warns = (storeAddress: string | undefined) =>
      headerOf({ ...restore, storeAddress }, '', '').includes('a restored copy may connect to any address');
    expect([undefined, 'https://s3.bank.example'].map(warns)).to.deep.equal([true, true]);
    expect(['http://minio.db', 'https://10.0.0.9:9000'].map(warns)).to.deep.equal([false, false]);
    expect(headerOf(restore, '', '')).to.include('A restored copy takes the storage classes fast, or the default one.');
    expect(headerOf({ ...restore, storageClasses: [] }, '', '')).to.include('takes the default storage class only');
    const closed = headerOf({ ...restore, storeCidrs: ['192.0.2.0/24'] }, '', '');
    expect(closed).not.to.include('a restored copy may connect to any address');
  });

  it('warns where the drill may report to any address, unless its addresses are given', () => {
    const reports = { ...plan, apiServers: ['10.0.0.1/32'], pushgateway: 'https://push.bank.example:9091' };
    const chat = { secret: 's', template: 'slack' };
    const open = headerOf({ ...reports, chat }, '', '');
    expect(open).to.include('WARNING: the drill may connect to any address at 9091 and 443, where it reports to.');
    expect(headerOf({ ...reports, chat, reportCidrs: ['192.0.2.0/24'] }, '', '')).not.to.include('WARNING');
    expect(headerOf({ ...reports, pushgateway: 'http://push.monitoring' }, '', '')).not.to.include('WARNING');
  });

  it('says what a restored copy reaches for the account of a cloud', () => {
    const restore = { ...plan, scenarios: [{ ...plan.scenarios[0]!, restores: true }], archiveAccount: true };
    expect(headerOf({ ...restore, identities: ['irsa', 'ec2'] }, '', ''))
      .to.include(
        'A restored copy reaches sts.<region>.amazonaws.com at 443 for the account of the cloud (--identity irsa).',
      )
      .and.include('169.254.169.254/32 and fd00:ec2::254/128 at 80');
    expect(headerOf({ ...restore, storeSecrets: ['s'] }, '', '')).not.to.include('A restored copy reaches');
  });

  it('names every Secret that the pods or the Role name, and no other', () => {
    const named = secretsOf(whole).map(({ name }) => name);
    expect(named).to.deep.equal(['app-user', 'keys', 'pgdrill-grafana', 'chat', 'store', 'registry']);
    const text = JSON.stringify(
      monthlyManifests({ ...whole, scenarios: [{ ...whole.scenarios[0]!, restores: true }] }),
    );
    for (const name of named) {
      expect(text).to.include(`"${name}"`);
      expect(headerOf(whole, '', '')).to.include(`The Secret ${name} in db: `);
    }
    expect(secretsOf(plan)).to.have.lengthOf(1);
  });

  it('warns where the admission policy is left out, above all where the account may change nodes', () => {
    const warns = (change: Partial<Monthly>) =>
      headerOf({ ...plan, ...change }, '', '')
        .split('\n')
        .filter((line) => line.includes('--no-admission).'));
    expect(warns({})).to.deep.equal([]);
    const [line, ...others] = warns({ admission: false });
    expect(line).to.include('WARNING: nothing limits the account beyond its Roles').and.not.include('node');
    expect(others).to.deep.equal([]);
    const drain = [{ name: 'drain', needs: ['drain'] as const, text: '' }];
    expect(warns({ admission: false, scenarios: drain })[0]).to.include(
      'it may set any label and taint of any node, which can stop every pod of the cluster',
    );
    const pause = [{ name: 'p', needs: ['pooler-pause'] as const, text: '' }];
    expect(warns({ admission: false, scenarios: pause })[0]).to.include(
      'it may change any Pooler of db, its pods too, and with them run anything there',
    );
    const crash = [{ name: 'c', needs: ['crash'] as const, text: '' }];
    expect(warns({ admission: false, scenarios: crash, profile: 'node' })[0]).to.include('read every Secret of db');
  });

  it('warns of a tag, and keeps to its lines whatever names hold', () => {
    const text = headerOf(
      { ...plan, image: 'i:1', scenarios: [{ name: 'a\nkind: Secret', needs: [], text: '' }] },
      'x\ny',
      '1',
    );
    expect(text).to.include('WARNING: i:1 is named by a tag');
    expect(text).not.to.match(/^[^#]/m);
  });
});

const documents = (text: string) => parseAllDocuments(text).map((document) => document.toJS());

describe('the base of kustomize', () => {
  it('holds what plain output holds, and names its files', () => {
    const files = new Map(kustomizeFiles(plan, '# header').map(({ path, text }) => [path, text]));
    expect([...files.keys()]).to.deep.equal([
      ...['base/kustomization.yaml', 'base/pgdrill.yaml', 'base/admission.yaml', 'base/references.yaml'],
    ]);
    const { resources, configurations } = parse(files.get('base/kustomization.yaml')!);
    expect(resources).to.deep.equal(['pgdrill.yaml', 'admission.yaml']);
    expect(configurations).to.deep.equal(['references.yaml']);
    // Kustomize needs a namespace on the policy; the API server has none for it.
    const objects = [...documents(files.get('base/pgdrill.yaml')!), ...documents(files.get('base/admission.yaml')!)];
    for (const { kind, metadata } of objects) if (kind.startsWith('Validating')) delete metadata.namespace;
    // An overlay may name another image, which an expression would not follow.
    const anyImage = textOf(monthlyManifests(plan)).replace(` && c.image == '${plan.image}'`, '');
    expect(objects).to.deep.equal(documents(anyImage));
  });

  it('has no file for a policy that is left out', () => {
    const files = kustomizeFiles({ ...plan, admission: false }, '#');
    expect(files.map(({ path }) => path)).to.deep.equal(['base/kustomization.yaml', 'base/pgdrill.yaml']);
    expect(files[0]!.text).not.to.include('references');
  });

  it('is YAML without aliases, which readers of a change would have to follow', () => {
    for (const { text } of kustomizeFiles(plan, '#')) expect(text).not.to.match(/[:-] [&*]\w+$/m);
  });

  it('keeps the operator’s Role apart, which an overlay’s namespace would move', () => {
    const broken: Monthly = { ...plan, scenarios: [{ name: 'operator-down', needs: ['operator-down'], text: '' }] };
    const files = new Map(kustomizeFiles(broken, '#').map(({ path, text }) => [path, text]));
    const namespaces = (path: string) =>
      parseAllDocuments(files.get(path)!).map((document) => document.toJS().metadata.namespace);
    expect(new Set(namespaces('base/pgdrill.yaml'))).to.deep.equal(new Set(['db']));
    expect(new Set(namespaces('operator/rights.yaml'))).to.deep.equal(new Set(['cnpg-system']));
  });

  it('keeps the namespace of restores apart, too', () => {
    const restoring: Monthly = { ...plan, scenarios: [{ name: 'r', needs: [], restores: true, text: '' }] };
    const files = new Map(kustomizeFiles(restoring, '#').map(({ path, text }) => [path, text]));
    expect(files.get('restore/rights.yaml'))
      .to.include('kind: Namespace')
      .and.include(`name: ${plan.restoreNamespace}`);
    expect(files.get('base/pgdrill.yaml')).not.to.include('kind: Namespace');
    expect(headerOf({ ...restoring, archiveAccount: true }, '', ''))
      .to.include('pgdrill.dev/allow-restores=until <date>')
      .and.include('which may write to your archive (--archive-account)')
      .and.include('a restored copy may connect to any address');
  });

  it('warns that a restored copy may have any account of the cloud where that of the Cluster is unknown', () => {
    const restoring: Monthly = { ...plan, scenarios: [{ name: 'r', needs: [], restores: true, text: '' }] };
    const header = (change: Partial<Monthly>) => headerOf({ ...restoring, archiveAccount: true, ...change }, '', '');
    const warning = 'WARNING: the admission policy lets a restored copy have any account of the cloud';
    for (const identities of [[], ['irsa']] as const) expect(header({ identities })).to.include(warning);
    for (const change of [{ cloudAccount: [] }, { cloudAccount: ['iam.gke.io/x=y'] }, { archiveAccount: false }])
      expect(header(change)).not.to.include(warning);
  });

  it('has no name of the namespace in what an overlay does not reach', () => {
    const jobs = monthlyManifests(plan).filter(({ kind }) => kind === 'CronJob');
    for (const { spec } of jobs) expect(JSON.stringify(spec)).not.to.match(/"db"/);
  });
});

describe('values of the chart', () => {
  it('name scenarios that the chart has, and hold the text of others', () => {
    const own = { name: 'own', needs: ['drain'] as const, text: 'x' };
    const scenarios = [...plan.scenarios, own];
    const values = parse(helmValues({ ...whole, scenarios }, '# header', new Set(['planned-switchover'])));
    expect(values.scenarios).to.deep.equal(['planned-switchover']);
    expect(values.ownScenarios).to.deep.equal([{ name: 'own', faults: ['drain'], restores: false, text: 'x' }]);
    expect(values.image).to.deep.equal({ repository: 'example.org/pgdrill', digest });
    expect(values.notify).to.deep.equal({ secret: 'chat', template: 'slack' });
  });

  for (const [image, parts] of [
    ['i', { repository: 'i' }],
    ['localhost:5000/a/b', { repository: 'localhost:5000/a/b' }],
    ['localhost:5000/a/b:1', { repository: 'localhost:5000/a/b', tag: '1' }],
    [`a/b:1@${digest}`, { repository: 'a/b', tag: '1', digest }],
  ] as const)
    it(`split ${image}`, () => {
      expect(imageParts(image)).to.deep.equal(parts);
    });
});

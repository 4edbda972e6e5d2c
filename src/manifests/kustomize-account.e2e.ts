/** The admission policy follows the account through overlays, as `kubectl kustomize` builds them. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { parseAllDocuments, stringify } from 'yaml';
import type { Manifest } from './index.ts';
import { kustomizeFiles } from './kustomize.ts';
import { decide } from './test-admission.ts';
import { one, plan } from './test-plan.ts';
import { account, by, triedOnCluster } from './test-requests.ts';

describe('the admission policy in an overlay of kustomize', function suite() {
  this.timeout(60_000);
  let folder: string;
  before(async function make() {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-kustomize-'));
    const { exitCode, code } = await execa('kubectl', ['version', '--client'], { reject: false });
    if (exitCode === 0) return;
    console.log(`    skipped: kubectl version --client: ${code ?? `exit code ${exitCode}`}`);
    this.skip();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const build = async (overlay: object, drop: readonly string[] = []): Promise<Manifest[]> => {
    const there = await mkdtemp(join(folder, 'overlay-'));
    for (const { path, text } of kustomizeFiles(plan, '# header')) {
      await mkdir(dirname(join(there, path)), { recursive: true });
      // A base without its references is what the test has to notice.
      const kept = drop.reduce((all, line) => all.replace(line, ''), text);
      await writeFile(join(there, path), kept);
    }
    await mkdir(join(there, 'mine'));
    await writeFile(join(there, 'mine', 'kustomization.yaml'), stringify({ resources: ['../base'], ...overlay }));
    const { stdout, all, exitCode } = await execa('kubectl', ['kustomize', join(there, 'mine')], {
      ...{ reject: false, all: true },
    });
    expect(exitCode, all).to.equal(0);
    return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  };
  /** What is decided wrongly of the requests of this account, whose pods and Cluster are in that namespace. */
  const wrong = (objects: readonly Manifest[], user: string, namespace: string): string[] =>
    triedOnCluster
      .filter((asked) => {
        const request = by(user, asked);
        // The mark of a drain names the namespace of the account.
        const marked = JSON.parse(JSON.stringify(request).replaceAll('db/pg', `${namespace}/pg`)) as typeof request;
        const moved = request.namespace === 'db' ? { ...marked, namespace } : marked;
        return decide(objects, moved).allowed !== asked.allowed;
      })
      .map(({ what }) => what);

  it('knows the account of the base', async () => {
    expect(wrong(await build({}), account, 'db')).to.deep.equal([]);
  });

  it('knows the account that a prefix and a suffix rename', async () => {
    const objects = await build({ namePrefix: 'team-', nameSuffix: '-prod' });
    expect(one('ServiceAccount', objects).metadata.name).to.equal('team-pgdrill-prod');
    expect(wrong(objects, 'system:serviceaccount:db:team-pgdrill-prod', 'db')).to.deep.equal([]);
    expect(decide(objects, by(account, triedOnCluster[1]!)).why, 'its old name').to.equal('not concerned');
  });

  it('knows the account that moves to another namespace, and lets it work there alone', async () => {
    const objects = await build({ namespace: 'other', namePrefix: 'team-' });
    const user = 'system:serviceaccount:other:team-pgdrill';
    expect(wrong(objects, user, 'other')).to.deep.equal([]);
    expect(wrong(objects, user, 'db')).to.include('exec into an instance');
  });

  it('would not know it without the references of the base', async () => {
    const dropped = ['configurations:\n  - references.yaml\n'];
    const objects = await build({ namePrefix: 'team-' }, dropped);
    expect(wrong(objects, 'system:serviceaccount:db:team-pgdrill', 'db')).to.include('a label of a node');
  });

  it('keeps the policies of two overlays in one namespace apart, each for its own account', async () => {
    const [a, b] = [await build({ namePrefix: 'a-' }), await build({ namePrefix: 'b-' })];
    const names = [a, b].map((objects) => one('ValidatingAdmissionPolicy', objects).metadata.name);
    expect(new Set(names).size).to.equal(2);
    const asked = triedOnCluster[1]!;
    expect(decide(a, by('system:serviceaccount:db:b-pgdrill', asked)).why).to.equal('not concerned');
    expect(decide(b, by('system:serviceaccount:db:b-pgdrill', asked)).allowed).to.equal(false);
  });
});

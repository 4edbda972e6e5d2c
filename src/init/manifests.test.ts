import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { manifestFolders } from './manifests.ts';

const cluster = 'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\n';

describe('the manifests that init finds in a repository', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'pgdrill-manifests-'));
  });
  afterEach(() => rm(root, { recursive: true }));
  const write = async (files: Record<string, string>) => {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), text);
    }
  };

  it('are checked from the folder that holds them all, base and overlays together', async () => {
    await write({
      'deploy/base/cluster.yaml': cluster,
      'deploy/overlays/prod/pooler.yaml': `---\n${cluster}`,
      'apps/db/pg.yml': `# two\nkind: Namespace\n---\n${cluster}`,
      'apps/web/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\n',
    });
    expect(manifestFolders(root)).to.deep.equal(['apps/db', 'deploy']);
  });

  it('include the overlays of a base, and releases of the operator’s chart', async () => {
    await write({
      'deploy/base/cluster.yaml': cluster,
      'deploy/overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
      'web/kustomization.yaml': 'resources: []\n',
      'flux/db/repository.yaml': 'kind: HelmRepository\nspec: { url: "https://cloudnative-pg.github.io/charts" }\n',
    });
    expect(manifestFolders(root)).to.deep.equal(['deploy', 'flux/db']);
  });

  it('are the whole repository where one lies in its root', async () => {
    await write({ 'cluster.yaml': cluster, 'deploy/pooler.yaml': cluster });
    expect(manifestFolders(root)).to.deep.equal(['.']);
  });

  it('are a chart where they are its templates', async () => {
    await write({ 'charts/db/Chart.yaml': 'name: db\n', 'charts/db/templates/cluster.yaml': cluster });
    expect(manifestFolders(root)).to.deep.equal(['charts/db']);
  });

  it('are none in packages of others, hidden folders and paths with spaces', async () => {
    await write({
      'node_modules/pgdrill/dist/fixtures/a.yaml': cluster,
      '.cache/a.yaml': cluster,
      'my deploy/a.yaml': cluster,
      'docs/example.md': cluster,
    });
    expect(manifestFolders(root)).to.deep.equal([]);
  });
});

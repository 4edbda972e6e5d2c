import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseManifests } from '../text/parse.ts';
import { unlistedBy } from './argo.ts';
import type { File } from './files.ts';

const applications = (generators: string, path = 'apps/{{ .name }}') => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: apps }
spec:
  generators:
${generators}  template:
    spec:
      source: { path: "${path}" }
`;
const list = '    - list: { elements: [{ name: shop }, { name: web }] }\n';

describe('folders that an ApplicationSet leaves out', () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'pgdrill-argo-'));
    for (const name of ['.git', 'apps/shop/base', 'apps/web', 'apps/gone/base', 'argo'])
      mkdirSync(join(root, name), { recursive: true });
  });
  after(() => rmSync(root, { recursive: true }));

  const file = (name: string, text: string): File => {
    const source = { file: name, text };
    return { path: join(root, name), source, manifests: parseManifests(source), unread: undefined };
  };
  const unlisted = (path: string, text: string, ...more: File[]) =>
    unlistedBy([file('argo/apps.yaml', text), ...more])(join(root, path));

  it('are those beside the ones that its list names', () => {
    const set = applications(list);
    expect(unlisted('apps/gone', set)).to.equal('argo/apps.yaml');
    expect(unlisted('apps/gone/base/cluster.yaml', set)).to.equal('argo/apps.yaml');
    for (const path of ['apps/shop', 'apps/web/cluster.yaml', 'apps', 'other/gone'])
      expect(unlisted(path, set), path).to.equal(undefined);
  });

  it('may have the name in the middle of the path', () => {
    const set = applications(list, 'apps/{{name}}/base');
    expect(unlisted('apps/gone/base', set)).to.equal('argo/apps.yaml');
    expect(unlisted('apps/gone', set)).to.equal(undefined);
    expect(unlisted('apps/shop/base', set)).to.equal(undefined);
  });

  it('are none where a generator finds folders in git, or the list names none that exists', () => {
    const git = '    - git: { directories: [{ path: apps/* }] }\n';
    for (const set of [applications(git), applications(git + list), applications(list, 'charts/{{ .name }}')])
      expect(unlisted('apps/gone', set), set).to.equal(undefined);
  });

  it('do not count where a file elsewhere mentions them, or another list names them', () => {
    const own = 'kind: Application\napiVersion: argoproj.io/v1alpha1\nspec: { source: { path: apps/gone } }\n';
    expect(unlisted('apps/gone', applications(list), file('argo/own.yaml', own))).to.equal(undefined);
    expect(unlisted('apps/gone', applications(list), file('apps/gone/x.yaml', '# apps/gone'))).to.equal(
      'argo/apps.yaml',
    );
    expect(unlisted('apps/gone', applications(list), file('argo/x.yaml', '# apps/gone-too'))).to.equal(
      'argo/apps.yaml',
    );
    const other = applications('    - list: { elements: [{ name: gone }] }\n');
    expect(unlisted('apps/gone', applications(list), file('argo/b.yaml', other))).to.equal(undefined);
  });
});

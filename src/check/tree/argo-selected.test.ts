import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { parseManifests } from '../text/parse.ts';
import { unselectedBy } from './argo-selected.ts';
import type { File } from './files.ts';

const applications = (generators: string, path = '{{.path.path}}') => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: apps }
spec:
  generators:
${generators}  templatePatch: |
    spec: { source: { path: '${path}' } }
`;
const found = (selector: string, file = 'config.yaml') =>
  `    - git: { files: [{ path: "apps/*/${file}" }] }\n      selector: ${selector}\n`;
const enabled = '{ matchExpressions: [{ key: enabled, operator: In, values: ["true"] }] }';

const configs: Readonly<Record<string, string>> = {
  'apps/on/config.yaml': '- enabled: "true"\n',
  'apps/off/config.yaml': '- enabled: "false"\n  namespace: off\n',
  'apps/some/config.yaml': '- enabled: "false"\n- enabled: "true"\n',
  'apps/plain/config.yaml': 'enabled: false\nteam: { name: data }\n',
  'apps/json/config.json': '{ "enabled": false }\n',
  'apps/odd/config.yaml': 'text\n',
};

describe('folders that the selector of an ApplicationSet leaves out', () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'pgdrill-argo-'));
    for (const folder of ['.git', 'argo', 'apps/bare']) mkdirSync(join(root, folder), { recursive: true });
    for (const [path, text] of Object.entries(configs)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  });
  after(() => rmSync(root, { recursive: true }));

  const file = (name: string, text: string): File => {
    const source = { file: name, text };
    return { path: join(root, name), source, manifests: parseManifests(source), unread: undefined };
  };
  const unselected = (path: string, text: string, ...more: File[]) =>
    unselectedBy([file('argo/apps.yaml', text), ...more])(join(root, path));

  it('are those whose parameters it does not match', () => {
    const set = applications(found(enabled));
    for (const path of ['apps/off', 'apps/off/values.yaml', 'apps/off/app/templates/x.yaml', 'apps/plain'])
      expect(unselected(path, set), path).to.equal('argo/apps.yaml');
    for (const path of ['apps/on', 'apps/on/values.yaml', 'apps/some', 'apps/bare', 'apps/odd', 'apps', 'other/off'])
      expect(unselected(path, set), path).to.equal(undefined);
  });

  it('may have their parameters in JSON', () => {
    const set = applications(found(enabled, 'config.json'));
    expect(unselected('apps/json', set)).to.equal('argo/apps.yaml');
    expect(unselected('apps/off', set)).to.equal(undefined);
  });

  it('follow each operator, matchLabels and nested names', () => {
    for (const [selector, isLeftOut] of [
      ['{ matchLabels: { enabled: "true" } }', true],
      ['{ matchLabels: { enabled: "false" } }', false],
      ['{ matchLabels: { team.name: data } }', false],
      ['{ matchLabels: { team.name: web } }', true],
      ['{ matchExpressions: [{ key: enabled, operator: NotIn, values: ["false"] }] }', true],
      ['{ matchExpressions: [{ key: other, operator: NotIn, values: ["false"] }] }', false],
      ['{ matchExpressions: [{ key: other, operator: Exists }] }', true],
      ['{ matchExpressions: [{ key: enabled, operator: DoesNotExist }] }', true],
      ['{ matchExpressions: [{ key: path.basename, operator: In, values: [other] }] }', false],
      ['{ matchLabels: { enabled: "{{ .stage }}" } }', false],
    ] as const)
      expect(unselected('apps/plain', applications(found(selector))) !== undefined, selector).to.equal(isLeftOut);
  });

  it('are none without a selector, or where the ApplicationSet deploys another path', () => {
    expect(unselected('apps/off', applications(found('{}')))).to.equal(undefined);
    expect(unselected('apps/off', applications('    - git: { files: [{ path: "apps/*/config.yaml" }] }\n'))).to.equal(
      undefined,
    );
    expect(unselected('apps/off', applications(found(enabled), 'charts/{{.chart}}'))).to.equal(undefined);
  });

  it('do not count where another ApplicationSet deploys them, or a file elsewhere mentions them', () => {
    const set = applications(found(enabled));
    for (const other of [
      applications('    - git: { directories: [{ path: apps/* }] }\n'),
      applications('    - git: { files: [{ path: "apps/*/config.yaml" }] }\n'),
      'kind: Application\napiVersion: argoproj.io/v1alpha1\nspec: { source: { path: apps/off } }\n',
    ])
      expect(unselected('apps/off', set, file('argo/b.yaml', other)), other).to.equal(undefined);
    const excluded = applications('    - git: { directories: [{ path: apps/*, exclude: true }] }\n');
    expect(unselected('apps/off', set, file('argo/b.yaml', excluded))).to.equal('argo/apps.yaml');
  });
});

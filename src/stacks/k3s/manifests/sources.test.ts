import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { objectsIn, readSources } from './sources.ts';

const object = (kind: string, name: string) => `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n`;

describe('what --manifests names', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-manifests-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const put = async (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  };
  const noKustomize = async (_folder: string): Promise<string> => expect.fail('nothing is to be built');
  const places = async (path: string, kustomize = noKustomize) =>
    objectsIn(await readSources([path], kustomize)).map(
      ({ object: { kind, metadata }, file, line }) => `${kind} ${metadata.name} ${file.slice(folder.length)}:${line}`,
    );
  const refusal = async (path: string) =>
    (await readSources([path], noKustomize).catch((error: Error) => error)) as Error;

  it('gives the objects of a file and of a folder, with the line of each, and the items of a list', async () => {
    await put({
      'a.yaml': `# one\n${object('Secret', 'a')}---\n${object('ConfigMap', 'b')}`,
      'below/list.yml': `apiVersion: v1\nkind: List\nitems:\n  - ${object('Secret', 'c').replaceAll('\n', '\n    ')}\n`,
      '.git/no.yaml': object('Secret', 'no'),
      'notes.txt': 'x',
    });
    expect(await places(folder)).to.deep.equal([
      'Secret a /a.yaml:2',
      'ConfigMap b /a.yaml:7',
      'Secret c /below/list.yml:1',
    ]);
    expect(await places(`${folder}/*.yaml`)).to.have.length(2);
  });

  it('builds the topmost kustomization of a folder, and finds where its objects come from', async () => {
    await put({
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': `\n\n${object('Secret', 'a')}`,
      'overlay/kustomization.yaml': 'resources: [../base]\n',
    });
    const built: string[] = [];
    const kustomize = async (path: string) => {
      built.push(path.slice(folder.length));
      return object('Secret', 'a') + object('Secret', 'made').replace('apiVersion', '---\napiVersion');
    };
    expect(await places(folder, kustomize)).to.deep.equal(['Secret a /base/a.yaml:3', 'Secret made /overlay:1']);
    expect(built).to.deep.equal(['/overlay']);
  });

  it('is refused where a folder holds two overlays', async () => {
    await put({ 'one/kustomization.yaml': 'resources: []\n', 'two/kustomization.yaml': 'resources: []\n' });
    expect((await refusal(folder)).message).to.match(/holds 2 kustomizations .*one, .*two; name one of them/);
  });

  it('is refused with file and line where it is not YAML', async () => {
    await put({ 'broken.yaml': 'kind: A\nname: [1\n' });
    expect((await refusal(folder)).message).to.match(/broken\.yaml:\d: the manifests should be YAML, but: /);
    await put({ 'broken.yaml': 'kind: A\nname: {{ .Values.name }}\n' });
    expect((await refusal(join(folder, 'broken.yaml'))).message).to.match(
      /broken\.yaml:2: this is a template; render it first/,
    );
  });

  it('is refused where it names nothing', async () => {
    expect((await refusal(join(folder, 'gone'))).message).to.match(/expects a file, a folder, .*gone names none/);
    await put({ 'notes.txt': 'x' });
    expect((await refusal(folder)).message).to.include('found none');
  });
});

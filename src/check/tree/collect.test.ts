import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { UsageError } from '../../errors.ts';
import { type Collected, collect } from './collect.ts';

const nothing = Readable.from([]);

describe('collecting manifests', () => {
  let folder: string;
  const names = async (...args: string[]) =>
    (await collect(args, nothing)).sources.map(({ file }) =>
      file.slice(file.indexOf(folder.split('/').at(-1)!) + folder.split('/').at(-1)!.length + 1),
    );
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-collect-'));
    for (const below of ['a', 'a/b', '.git', 'node_modules/x']) await mkdir(join(folder, below), { recursive: true });
    for (const file of ['z.yaml', 'a/one.yml', 'a/b/two.yaml', 'a/readme.md', '.git/no.yaml', 'node_modules/x/no.yaml'])
      await writeFile(join(folder, file), `# ${file}\n`);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('takes all .yaml and .yml below a folder, in order, without hidden folders and node_modules', async () => {
    expect(await names(folder)).to.eql(['a/b/two.yaml', 'a/one.yml', 'z.yaml']);
  });

  it('takes files and globs, each file once', async () => {
    expect(await names(join(folder, 'z.yaml'), `${folder}/{a/**/,}*.yaml`)).to.eql(['z.yaml', 'a/b/two.yaml']);
    expect(await names(join(folder, 'a/readme.md'))).to.eql(['a/readme.md']);
  });

  it('reads stdin for -', async () => {
    expect((await collect(['-'], Readable.from(['kind: A\n']))).sources).to.eql([{ file: '-', text: 'kind: A\n' }]);
  });

  it('refuses what names nothing', async () => {
    for (const [argument, sentence] of [
      [join(folder, 'nowhere.yaml'), 'names none'],
      [`${folder}/*.toml`, 'names none'],
      [join(folder, '.git/..', 'node_modules'), undefined],
      [join(folder, 'empty'), 'found none'],
    ] as const) {
      await mkdir(join(folder, 'empty'), { recursive: true });
      const error = await collect([argument], nothing).catch((reason: unknown) => reason);
      if (sentence) expect(error).to.be.instanceOf(UsageError).with.property('message').that.contains(sentence);
      else expect((error as Collected).sources, 'a folder that is named is read, whatever its name').to.have.length(1);
    }
  });
});

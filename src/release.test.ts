/** The release’s parts that run without a host, and the rules that its workflows keep. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
const stepsOf = (document: { jobs?: Record<string, { steps: Step[] }>; runs?: { steps: Step[] } }): Step[] =>
  document.runs?.steps ?? Object.values(document.jobs ?? {}).flatMap(({ steps }) => steps);

describe('workflows and action', () => {
  const files = async () => {
    const workflows = (await readdir('.github/workflows')).map((name) => join('.github/workflows', name));
    return [...workflows, 'action.yml', 'docs/ci/github-actions.yml'];
  };

  it('pin every third-party action by its commit and name the version beside it', async () => {
    for (const file of await files()) {
      const text = await readFile(file, 'utf8');
      const uses = text.split('\n').filter((line) => /\buses: (?!\.\/)/.test(line));
      expect(uses, file).not.to.deep.equal([]);
      for (const line of uses) expect(line, file).to.match(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it('begin with a token that can only read', async () => {
    for (const file of (await files()).filter((file) => file !== 'action.yml'))
      expect(parse(await readFile(file, 'utf8')).permissions, file).to.deep.equal({ contents: 'read' });
  });

  it('put no value that others choose into the text of a script', async () => {
    for (const file of await files())
      for (const { run } of stepsOf(parse(await readFile(file, 'utf8'))))
        expect(run ?? '', file).not.to.match(/\$\{\{\s*(inputs|github\.(event|head_ref|ref_name)|matrix)/);
  });

  it('call scripts that exist', async () => {
    for (const file of await files())
      for (const { run } of stepsOf(parse(await readFile(file, 'utf8'))))
        for (const [, script] of (run ?? '').matchAll(/\b(scripts\/[\w./-]+\.(?:sh|mjs))/g))
          await readFile(script!, 'utf8');
  });
});

describe('a release', () => {
  it('takes its notes from the changelog, and refuses a version that it does not describe', async () => {
    const { sectionOf } = (await import(resolve('scripts/release/changelog.mjs'))) as {
      sectionOf: (text: string, version: string) => string | undefined;
    };
    const text =
      '# Changelog\n\n## 1.1.0 (unreleased)\n\nnew\n\n## 1.0.0\n\nfirst\n\n**Report**\n\n- a\n\n## 0.9.0\n\nold\n';
    expect(sectionOf(text, '1.0.0')).to.equal('first\n\n**Report**\n\n- a');
    expect(sectionOf(text, '0.9.0')).to.equal('old');
    expect(sectionOf(text, '1.1.0')).to.equal(undefined);
    expect(sectionOf(text, '1.0')).to.equal(undefined);
  });

  it('is prepared under one version: that of package.json, of the lock file and of the newest section', async () => {
    const json = async (file: string) => JSON.parse(await readFile(file, 'utf8'));
    const { version } = await json('package.json');
    const lock = await json('package-lock.json');
    expect([lock.version, lock.packages[''].version]).to.deep.equal([version, version]);
    const [, newest] = /^## (\S+)/m.exec(await readFile('CHANGELOG.md', 'utf8')) ?? [];
    expect(newest).to.equal(version);
  });

  it('takes the tag of that version once its section is no longer marked unreleased, and not before', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-tag-'));
    try {
      const { version } = JSON.parse(await readFile('package.json', 'utf8'));
      const changelog = await readFile('CHANGELOG.md', 'utf8');
      const check = async (text: string) => {
        await writeFile(join(folder, 'CHANGELOG.md'), text);
        await writeFile(join(folder, 'package.json'), JSON.stringify({ version }));
        const script = resolve('scripts/release/check-tag.mjs');
        return execa('node', [script, `v${version}`], { cwd: folder, reject: false });
      };
      const marked = await check(changelog.replace(/^## (\S+).*/m, '## $1 (unreleased)'));
      expect(marked.stderr).to.contain(`expected a section "## ${version}"`);
      const described = await check(changelog.replace(/^## (\S+).*/m, '## $1'));
      expect(described.exitCode, described.stderr).to.equal(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses a tag that is not the version of package.json', async () => {
    const refused = await execa('node', ['scripts/release/check-tag.mjs', 'v9.9.9'], { reject: false });
    expect(refused.exitCode).to.equal(1);
    expect(refused.stderr).to.contain('which package.json names, but got "v9.9.9"');
  });

  it('names in the krew manifest the digests of the files beside it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-krew-'));
    try {
      const krew = () =>
        execa('node', ['scripts/release/krew.mjs', folder, 'https://example.org/v1'], { reject: false });
      expect((await krew()).stderr).to.contain('pgdrill-linux-x64.tar.gz is missing');
      for (const arch of ['x64', 'arm64']) await writeFile(join(folder, `pgdrill-linux-${arch}.tar.gz`), arch);
      expect((await krew()).exitCode).to.equal(0);
      const { spec, metadata } = parse(await readFile(join(folder, 'krew.yaml'), 'utf8'));
      expect(metadata.name).to.equal('pgdrill');
      const [x64] = spec.platforms;
      expect(x64.uri).to.equal('https://example.org/v1/pgdrill-linux-x64.tar.gz');
      expect(x64.selector.matchLabels).to.deep.equal({ os: 'linux', arch: 'amd64' });
      expect(x64.sha256).to.equal(createHash('sha256').update('x64').digest('hex'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

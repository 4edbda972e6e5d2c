/** The krew manifest is one that krew itself installs. Krew comes as a Go module. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { parse, parseDocument } from 'yaml';

const krewModule = 'sigs.k8s.io/krew/cmd/krew@v0.4.3';

describe('the plugin of kubectl', function suite() {
  this.timeout(900_000);
  let folder: string;
  before(async function make() {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-krew-'));
    const { exitCode, code, stderr, timedOut } = await execa('go', ['install', krewModule], {
      reject: false,
      timeout: 480_000,
      env: { GOBIN: folder, GOFLAGS: '' },
    });
    if (exitCode === 0) return;
    const why = timedOut ? 'not compiled in 8 min' : (code ?? String(stderr).split('\n').at(-1));
    console.log(`    skipped: go install krew: ${why}`);
    this.skip();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is installed by krew from an archive of its manifest, and answers as kubectl pgdrill', async () => {
    const files = join(folder, 'release');
    await mkdir(files);
    // In place of the single file, which is made in minutes: a script that starts the same program.
    const start = `#!/bin/sh\nPGDRILL_COMMAND=$(basename "$0" | sed 's/^kubectl-/kubectl /') exec '${process.execPath}' '${resolve('scripts/start.mjs')}' "$@"\n`;
    await writeFile(join(folder, 'pgdrill'), start, { mode: 0o755 });
    await writeFile(join(folder, 'LICENSE'), await readFile('LICENSE'));
    for (const arch of ['x64', 'arm64'])
      await execa('tar', ['-czf', join(files, `pgdrill-linux-${arch}.tar.gz`), '-C', folder, 'pgdrill', 'LICENSE']);
    await execa(process.execPath, ['scripts/release/krew.mjs', files, 'https://example.org/releases']);
    const manifest = join(files, 'krew.yaml');
    expect(parseDocument(await readFile(manifest, 'utf8')).errors).to.deep.equal([]);

    const archive = join(files, `pgdrill-linux-${process.arch}.tar.gz`);
    const env = { KREW_ROOT: join(folder, 'root'), KREW_NO_UPGRADE_CHECK: '1' };
    const krew = (...words: string[]) => execa(join(folder, 'krew'), words, { env, all: true, reject: false });
    const wrong = await krew('install', `--manifest=${manifest}`, `--archive=${join(folder, 'pgdrill')}`);
    expect(wrong.exitCode).not.to.equal(0);
    const installed = await krew('install', `--manifest=${manifest}`, `--archive=${archive}`);
    expect(installed.exitCode, installed.all).to.equal(0);
    expect(installed.all).to.include('pods/exec in the namespace');
    const plugin = join(folder, 'root', 'bin', 'kubectl-pgdrill');
    expect((await execa(plugin, ['--help'])).stdout).to.match(/^Usage: kubectl pgdrill /);
    const receipt = parse(await readFile(join(folder, 'root', 'receipts', 'pgdrill.yaml'), 'utf8'));
    expect(receipt.metadata.name).to.equal('pgdrill');
  });
});

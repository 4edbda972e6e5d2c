/** The command under a Node.js that is too old for it, as Debian 12 and many CI images have one. */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';

/** The machine's own, not that of the package. */
const machines = ['/usr/bin/node', '/usr/local/bin/node'];

describe('pgdrill under an old Node.js', function suite() {
  this.timeout(30_000);
  let folder: string;
  let old: string;
  before(async function find() {
    for (const node of machines) {
      const { stdout } = await execa(node, ['--version'], { reject: false });
      const [, major, minor] = /^v(\d+)\.(\d+)/.exec(String(stdout)) ?? [];
      if (major && (Number(major) < 22 || (Number(major) === 22 && Number(minor) < 22))) old = node;
    }
    if (!old) this.skip();
    folder = await mkdtemp(join(tmpdir(), 'pgdrill old node '));
    // A package as npm installs it, with a program that reports what it runs on.
    for (const name of ['start.mjs', 'older-node.mjs']) await cp(`scripts/${name}`, join(folder, 'scripts', name));
    await mkdir(join(folder, 'dist/src/cli'), { recursive: true });
    const program = `console.log(process.versions.node, process.argv.slice(2).join('|'));
if (process.argv[2] === 'wait') { process.once('SIGTERM', () => process.exit(2)); setTimeout(() => {}, 20_000); }
process.exitCode = 1;\n`;
    await writeFile(join(folder, 'dist/src/cli/main.js'), program);
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
  });
  after(() => folder && rm(folder, { recursive: true, force: true }));

  const bring = async (binary: string) => {
    const name = join(folder, `node_modules/node-linux-${process.arch}`);
    await rm(name, { recursive: true, force: true });
    await mkdir(join(name, 'bin'), { recursive: true });
    await writeFile(join(name, 'package.json'), '{}\n');
    await symlink(binary, join(name, 'bin/node'));
  };
  const start = (...words: string[]) =>
    execa(old, ['scripts/start.mjs', ...words], { cwd: folder, all: true, reject: false });

  it('runs on the one that the package brought: the same words, the same exit code', async () => {
    await bring(process.execPath);
    const { all, exitCode } = await start('check', 'a b');
    expect(all).to.equal(`${process.versions.node} check|a b`);
    expect(exitCode).to.equal(1);
  });

  it('passes on the signal that ends it', async () => {
    await bring(process.execPath);
    const running = start('wait');
    running.stdout.once('data', () => running.kill('SIGTERM'));
    expect((await running).exitCode).to.equal(2);
  });

  it('names what to install where the package brought none, or one that does not start here', async () => {
    await rm(join(folder, 'node_modules'), { recursive: true, force: true });
    const none = await start('check');
    await bring('/nowhere/node');
    for (const { all, exitCode } of [none, await start('check')]) {
      expect(all).to.match(/^pgdrill: expected Node\.js 22\.22 or newer, but this is \S+: install [^\n]+$/);
      expect(exitCode).to.equal(2);
    }
  });
});

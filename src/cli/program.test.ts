import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { nameOf } from '../project/own-name.ts';
import { commands } from './commands.ts';
import { inProcess } from './in-process.ts';

describe('the overview of commands', () => {
  it('lists every command that is not hidden, each of which loads under its name', async () => {
    const { all, exitCode } = await inProcess(['--help']);
    expect(exitCode).to.equal(0);
    for (const [name, { hidden, load }] of Object.entries(commands)) {
      expect(new RegExp(`^  ${name}\\b`, 'm').test(all), name).to.equal(!hidden);
      const command = await load(async () => 0);
      expect(command.name()).to.equal(name);
      expect(command.description(), name).not.to.equal('');
    }
  });

  it('shows the options of the command that help is asked for', async () => {
    for (const words of [
      ['help', 'prune'],
      ['prune', '--help'],
    ])
      expect((await inProcess(words)).all).to.contain('--keep');
  });

  it('loads none of the modules that drills need', async () => {
    const watch = 'src/cli/test-imports.mjs';
    const { stdout } = await execa(process.execPath, ['--import', `./${watch}`, 'src/cli/main.ts', '--help']);
    const loaded = stdout.split('\n').filter((line) => line.startsWith('loaded '));
    expect(loaded.length).to.be.greaterThan(3);
    expect(
      loaded.filter((line) =>
        /src\/(run|load|stacks|measure|report)\/|node_modules\/(?!commander|fastest-levenshtein)/.test(line),
      ),
    ).to.deep.equal([]);
  });

  it('is that of a plugin where kubectl started the program, by the name of its file', async () => {
    expect(nameOf('/home/ada/.krew/bin/kubectl-pgdrill', undefined)).to.equal('kubectl pgdrill');
    expect(nameOf('C:/x/kubectl-pgdrill.cmd', undefined)).to.equal('kubectl pgdrill');
    expect(nameOf('/x/pgdrill', 'kubectl pgdrill')).to.equal('kubectl pgdrill');
    expect(nameOf('/kubectl-pgdrill/scripts/start.mjs', 'npx pgdrill')).to.equal('pgdrill');
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-plugin-'));
    try {
      const file = join(folder, 'kubectl-pgdrill');
      await symlink(resolve('scripts/start.mjs'), file);
      const called = async (...words: string[]) =>
        (await execa(process.execPath, [file, ...words], { all: true, reject: false })).all;
      expect(await called('--help')).to.match(/^Usage: kubectl pgdrill \[options\] \[command\]/);
      expect(await called('list', '--help')).to.match(/^Usage: kubectl pgdrill list /);
      expect(await called('lsit')).to.include('(kubectl pgdrill --help lists the commands)');
    } finally {
      await rm(folder, { recursive: true });
    }
  }).timeout(30_000);
});

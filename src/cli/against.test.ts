import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Stack } from '../stacks/stack.ts';
import { checkout, inTurns, pairs } from './against.ts';

describe('the manifests of another commit', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-repository-'));
    const git = (...args: string[]) =>
      execa('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args]);
    await git('init', '--quiet', '--initial-branch=main');
    await mkdir(join(folder, 'db'));
    await writeFile(join(folder, 'db/pooler.yaml'), 'retry: 1\n');
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'one');
    await writeFile(join(folder, 'db/pooler.yaml'), 'retry: 15\n');
  });
  afterEach(() => rm(folder, { recursive: true }));
  const refusal = (ref: string, ...paths: string[]) =>
    checkout(ref, paths).then(
      () => 'it was not refused',
      (error: Error) => error.message,
    );

  it('are a copy, which goes again; the files of the user stay', async () => {
    const files = await checkout('main', [join(folder, 'db')]);
    expect(await readFile(join(files.paths[0]!, 'pooler.yaml'), 'utf8')).to.equal('retry: 1\n');
    await files[Symbol.asyncDispose]();
    expect(existsSync(files.folder)).to.equal(false);
    expect(await readFile(join(folder, 'db/pooler.yaml'), 'utf8')).to.equal('retry: 15\n');
  });

  it('are refused where the repository has no such commit, or there is none', async () => {
    expect(await refusal('mian', join(folder, 'db'))).to.match(/expects a branch, tag or commit of .*but mian is none/);
    expect(await refusal('--output=x', join(folder, 'db'))).to.include('is none of them');
    await rm(join(folder, '.git'), { recursive: true });
    expect(await refusal('main', join(folder, 'db'))).to.include('is in no git repository');
  });

  it('are refused where a path is in another repository', async () => {
    expect(await refusal('main', join(folder, 'db'), '/etc')).to.include('/etc is not in');
  });
});

describe('the runs of a comparison', () => {
  it('alternate which variant comes first', () => {
    const turns = [1, 2].map((round) => ({ scenario: 0, round }));
    expect(pairs(turns).map(({ variant }) => variant)).to.deep.equal(['before', 'after', 'after', 'before']);
  });
});

describe('two commits on a stack that runs', () => {
  const variant = (fixed: string) => ({ kind: 'k3s', fixed, reopen: async () => ({}) }) as unknown as Stack;

  it('take turns where they differ in settings only', () => {
    expect(inTurns(variant('a'), variant('a'), 'abc123')).to.have.keys('before', 'after');
  });

  it('are refused where a running stack cannot become the other', () => {
    expect(() => inTurns(variant('a'), variant('b'), 'abc123')).to.throw('leave out --on');
  });

  it('have stacks of their own without --on, whatever they differ in', () => {
    const [before, after] = [variant('a'), variant('b')];
    expect(inTurns(before, after, undefined)).to.deep.equal({ before, after });
  });
});

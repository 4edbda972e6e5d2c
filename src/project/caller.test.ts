import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { callerName, repositoryOf } from './caller.ts';

describe('who calls, and from where', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgdrill-caller-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words]);

  it('is the revision of the repository around the folder, and whether tracked files differ from it', () => {
    expect(repositoryOf(folder)).to.equal(undefined);
    git('init', '-q');
    writeFileSync(join(folder, 'a'), 'one');
    git('add', 'a');
    git('commit', '-q', '-m', 'one');
    const clean = repositoryOf(folder)!;
    expect(clean.revision).to.match(/^[0-9a-f]{40}$/);
    expect(clean.dirty).to.equal(false);
    writeFileSync(join(folder, 'untracked'), 'x');
    expect(repositoryOf(folder)!.dirty).to.equal(false);
    writeFileSync(join(folder, 'a'), 'two');
    expect(repositoryOf(folder)!.dirty).to.equal(true);
  });

  it('is the account of the CI system, or of the operating system', () => {
    expect(callerName({ GITHUB_ACTOR: 'octo' })).to.equal('octo');
    expect(callerName({ GITLAB_USER_LOGIN: 'fox' })).to.equal('fox');
    expect(callerName({})).not.to.equal('');
  });
});

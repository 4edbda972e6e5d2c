import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { lastWords } from './last-words.ts';

const saidBy = (...argv: string[]): string =>
  lastWords(spawnSync(process.execPath, argv, { encoding: 'utf8', timeout: 20_000 }).stderr);

describe('the last words of a program', () => {
  it('are the error that nobody caught, and not the version of Node.js below it', () => {
    expect(saidBy('/nowhere/main.ts')).to.equal("Error: Cannot find module '/nowhere/main.ts'");
    expect(saidBy('-e', 'null.x')).to.match(/^TypeError: Cannot read properties of null/);
    expect(saidBy('-e', 'throw Object.assign(new Error("no way"), { code: "X", list: [1] })')).to.equal(
      'Error: no way',
    );
    expect(saidBy('-e', 'Promise.reject(new RangeError("too far"))')).to.equal('RangeError: too far');
  });

  it('are the last line where no error is in them, and nothing where it said nothing', () => {
    expect(lastWords('starting\n  the pod is gone\n\n')).to.equal('the pod is gone');
    expect(lastWords('')).to.equal('');
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { execa } from 'execa';
import { hear } from './in-process.ts';
import { annotate, remark, say, warn, warnText } from './say.ts';

/** Files that write to a terminal or a pipe themselves. */
const past: readonly (readonly [file: string, why: string])[] = [
  ['cli/main.ts', 'a sentence of its own before the program can be loaded'],
  ['cli/say.ts', 'the border'],
  ['container/inside.ts', 'reports to the process outside of the container'],
  ['container/run.ts', 'passes on what this program printed in the container'],
  ['load/process/main.ts', 'a pipe to the harness'],
  ['load/late-address/main.ts', 'a pipe to the harness'],
  ['log/terminal.ts', 'the log, printable line by line'],
  ['mocha.ts', 'under mocha, printable line by line'],
  ['stacks/cluster/clock-ahead.ts', 'a program that answers on another machine'],
  ['stacks/cluster/pods/exec-in.ts', 'a pipe to the harness'],
  ['stacks/lab/control/helper.ts', 'a pipe to the harness'],
];

describe('what commands print', () => {
  const printed = (to: NodeJS.WriteStream, print: () => void): string => {
    let text = '';
    const restore = hear(to, (part) => {
      text += part;
    });
    try {
      print();
    } finally {
      restore();
    }
    return text;
  };

  it('is one line each, in which no name is a command to a terminal or a CI system', () => {
    const name = 'pg-1\n::error::forged\u001b[2J';
    expect(printed(process.stdout, () => say(`removed ${name}`, '', name))).to.equal(
      'removed pg-1 ::error::forged\\x1b[2J\n\npg-1 ::error::forged\\x1b[2J\n',
    );
    expect(printed(process.stdout, () => say('::error::forged'))).to.equal(': :error::forged\n');
    expect(printed(process.stderr, () => warn(name))).to.equal('pgdrill: pg-1 ::error::forged\\x1b[2J\n');
    expect(printed(process.stderr, () => warn())).to.equal('');
    expect(printed(process.stderr, () => remark(name))).to.equal('note: pg-1 ::error::forged\\x1b[2J\n');
    expect(printed(process.stderr, () => warnText(`error: unknown ${name}\n`))).to.equal(
      'error: unknown pg-1\n: :error::forged\\x1b[2J\n',
    );
  });

  it('gives GitHub the commands that are meant, and none that a name forges', () => {
    const annotation = { level: 'error', file: 'a.yaml', line: 1, title: 'x', message: 'a\n::error::forged' } as const;
    expect(printed(process.stdout, () => annotate([annotation]))).to.equal(
      '::error file=a.yaml,line=1,title=x::a%0A::error::forged\n',
    );
  });

  it('goes past this border in no other file', () => {
    const direct = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter(
        (file) =>
          file.endsWith('.ts') && !/(\.test|\.e2e)\.ts$|(^|\/)(test|contract)-|stacks\/contract\.ts$/.test(file),
      )
      .filter((file) =>
        /\bconsole\.(log|error|warn|info|debug|trace|dir|table)\(|std(out|err)\.write\(/.test(
          readFileSync(`src/${file}`, 'utf8'),
        ),
      )
      .sort();
    expect(direct).to.deep.equal(past.map(([file]) => file).sort());
  });

  it('is given up without a word where nobody reads it', async () => {
    for (const words of ['list', '--help', 'run --stak lab', 'schema scenario']) {
      const pipe = `${process.execPath} src/cli/main.ts ${words} 2>&1 | true; exit \${PIPESTATUS[0]}`;
      const { stderr, exitCode } = await execa('bash', ['-c', pipe], { reject: false });
      expect(stderr, words).to.equal('');
      expect(exitCode, words).to.equal(words.startsWith('run') ? 3 : 0);
    }
  }).timeout(60_000);
});

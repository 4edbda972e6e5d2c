import { expect } from 'chai';
import { execa } from 'execa';
import { hear } from './in-process.ts';
import { say, warn } from './say.ts';

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

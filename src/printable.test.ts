import { expect } from 'chai';
import fc from 'fast-check';
import { printable, printableJson } from './printable.ts';

describe('text that is printed', () => {
  it('keeps ordinary words, in any script', () => {
    for (const text of ['writes were down 21.5 s (limit ≤ 30 s)', '✓ Zürich → 東京', 'a::b', '#1 of 3', ''])
      expect(printable(text)).to.equal(text);
  });

  it('shows control characters instead of sending them to the terminal', () => {
    expect(printable('\u001b]0;title\u0007\u001b[2Jdone')).to.equal('\\x1b]0;title\\x07\\x1b[2Jdone');
    expect(printable('user\u202Egpj.exe')).to.equal('user\\u{202e}gpj.exe');
    expect(printable('a\u0085b\u2028c')).to.equal('a\\x85b\\u{2028}c');
    expect(printable('\u00ff\u00ad\u0600')).to.equal('\u00ff\\xad\\u{600}');
  });

  it('is one line, whatever a name holds', () => {
    expect(printable('pg-1\r\n  ::error::forged')).to.equal('pg-1 ::error::forged');
    expect(printable('a\tb \n\n\t c\n')).to.equal('a b c ');
  });

  it('never is a command of a CI system', () => {
    expect(printable('::error file=a::forged')).to.equal(': :error file=a::forged');
    expect(printable('  ::set-output::x')).to.equal('  : :set-output::x');
    expect(printable('a ##[error]forged')).to.equal('a ## [error]forged');
    expect(printable('##vso[task.complete result=Succeeded]')).to.equal('## vso[task.complete result=Succeeded]');
    expect(printable("##teamcity[testFailed name='x']")).to.equal("## teamcity[testFailed name='x']");
  });

  it('is the same value in JSON, without a command in it', () => {
    const value = { name: '##[error]forged', line: '::error::forged\n##vso[x]', '##teamcity[x]': '###' };
    const text = printableJson(value, 2);
    expect(text).not.to.match(/^\s*::|##\[|##vso\[|##teamcity\[/m);
    expect(JSON.parse(text)).to.deep.equal(value);
  });

  it('is the same value in JSON, without a control character in it: JSON itself escapes only the first 32', () => {
    const value = { name: '\u009b2Jcleared\u007f', '\u202Egpj': 'a\u2028b\u{e0041}c', plain: 'Zürich → 東京\t\n' };
    const text = printableJson(value, 2);
    expect(text.replaceAll('\n', '')).not.to.match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text).to.contain('\\u009b2Jcleared\\u007f');
    expect(JSON.parse(text)).to.deep.equal(value);
  });

  it('has neither control character nor command, for any text, and does not change when printed again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = printable(text);
        expect(line).not.to.match(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(line).not.to.match(/^\s*::|##\[|##vso\[|##teamcity\[/);
        expect(printable(line)).to.equal(line);
      }),
    );
  });
});

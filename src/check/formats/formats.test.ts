import { expect } from 'chai';
import type { Finding, Rule } from '../finding.ts';
import type { Outcome } from './format.ts';
import { formats } from './index.ts';

const rule = (id: string): Rule => ({
  id,
  severity: 'error',
  title: `about ${id}`,
  documentation: `https://example.org/${id}`,
  explanation: `It breaks ${id}.`,
  bad: '',
  check: () => [],
});
const finding = (more: Partial<Finding>): Finding => ({
  rule: 'rule-one',
  severity: 'error',
  title: 'about rule-one',
  file: 'a dir/x.yaml',
  line: 7,
  column: 3,
  object: 'Pooler db/pool',
  message: 'It breaks <here> & "there".',
  change: '--- a/x.yaml\n+++ b/x.yaml\n@@ -1,1 +1,1 @@\n-a\n+b\n',
  documentation: 'https://example.org/rule-one',
  ...more,
});
const outcome = (...findings: Finding[]): Outcome => ({
  findings,
  files: ['a dir/x.yaml', 'y.yaml'],
  rules: [rule('rule-one'), rule('rule-two')],
  version: '1.2.3',
});

describe('formats of findings', () => {
  it('text: says where, what, the change, the documentation, and counts at the end', () => {
    const text = formats.text(outcome(finding({}), finding({ severity: 'info', change: '' })));
    expect(text).to.equal(
      [
        'a dir/x.yaml:7:3: error: about rule-one [rule-one]',
        '  Pooler db/pool',
        '  It breaks <here> & "there".',
        '    --- a/x.yaml',
        '    +++ b/x.yaml',
        '    @@ -1,1 +1,1 @@',
        '    -a',
        '    +b',
        '  https://example.org/rule-one',
        '',
        'a dir/x.yaml:7:3: info: about rule-one [rule-one]',
        '  Pooler db/pool',
        '  It breaks <here> & "there".',
        '  https://example.org/rule-one',
        '',
        '1 error, 1 for information in 2 files.',
        '',
      ].join('\n'),
    );
    expect(formats.text(outcome())).to.equal('Nothing found in 2 files.\n');
  });

  it('every format: no name in a manifest becomes a command of the CI system that logs it', () => {
    const name = 'pool\n::error file=x.ts::forged\n  ::set-output name=y::z\n##[error]forged\u001b[2J';
    const forged = finding({
      object: `Pooler db/${name}`,
      message: `${name} breaks`,
      file: name,
      change: `-${name}\n`,
    });
    // The format of workflow commands has one line a finding.
    expect(formats.github(outcome(forged)).split(/[\r\n]/))
      .to.have.length(2)
      .and.satisfy(([line]: string[]) => /^::error file=/.test(line!));
    for (const [format, render] of Object.entries(formats).filter(([name]) => name !== 'github')) {
      const lines = render(outcome(forged)).split(/[\r\n]/);
      expect(
        lines.filter((line) => /^\s*::|##\[|\p{Cc}/u.test(line)),
        format,
      ).to.deep.equal([]);
    }
  });

  it('json: is an array with an object a finding', () => {
    expect(JSON.parse(formats.json(outcome(finding({}))))).to.eql([finding({})]);
    expect(formats.json(outcome())).to.equal('[]\n');
  });

  it('junit: has a failing case a finding and a passing one a rule that found nothing', () => {
    const xml = formats.junit(outcome(finding({ message: 'a\u0001b <c>' })));
    expect(xml).to.contain('<testsuites name="pgdrill" tests="2" failures="1" errors="0" skipped="0">');
    expect(xml).to.contain('name="rule-one a dir/x.yaml:7" file="a dir/x.yaml" line="7"');
    expect(xml).to.contain('<failure type="error" message="about rule-one">a dir/x.yaml:7:3: a\ufffdb &lt;c&gt;');
    expect(xml).to.contain('<testcase classname="pgdrill.check" name="rule-two"/>');
  });

  it('junit: does not fail for what is only worth knowing', () => {
    expect(formats.junit(outcome(finding({ severity: 'info' }))))
      .to.contain('failures="0"')
      .and.contain('<system-out>');
  });

  it('sarif: names rules, levels and regions, and encodes file names as URIs', () => {
    const log = JSON.parse(formats.sarif(outcome(finding({ rule: 'rule-two', severity: 'info' }))));
    const [run] = log.runs;
    expect(log.version).to.equal('2.1.0');
    expect(run.tool.driver).to.deep.include({ name: 'pgdrill', version: '1.2.3' });
    expect(run.results[0]).to.deep.include({ ruleId: 'rule-two', ruleIndex: 1, level: 'note' });
    expect(run.results[0].locations[0].physicalLocation).to.eql({
      artifactLocation: { uri: 'a%20dir/x.yaml', uriBaseId: 'SRCROOT' },
      region: { startLine: 7, startColumn: 3 },
    });
  });
});

import { expect } from 'chai';
import { junitDocument } from './junit.ts';

describe('JUnit XML', () => {
  it('counts the cases of every suite, and of all together', () => {
    const text = junitDocument([
      { name: 'one', cases: [{ name: 'a' }, { name: 'b', ended: { as: 'failure', message: 'm', detail: 'd' } }] },
      {
        name: 'two',
        classname: 'c',
        seconds: 1.5,
        cases: [
          { name: 'a', file: 'x.yaml', line: 7, ended: { as: 'error', type: 'unknown', message: 'm' } },
          { name: 'b', ended: { as: 'skipped', message: 'why' } },
          { name: 'c', output: 'said' },
        ],
      },
    ]);
    expect(text.split('\n')).to.deep.equal([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites name="pgdrill" tests="5" failures="1" errors="1" skipped="1" time="1.500">',
      '<testsuite name="one" tests="2" failures="1" errors="0" skipped="0">',
      '  <testcase classname="one" name="a"/>',
      '  <testcase classname="one" name="b"><failure message="m">d</failure></testcase>',
      '</testsuite>',
      '<testsuite name="two" tests="3" failures="0" errors="1" skipped="1" time="1.500">',
      '  <testcase classname="c" name="a" file="x.yaml" line="7"><error type="unknown" message="m"/></testcase>',
      '  <testcase classname="c" name="b"><skipped message="why"/></testcase>',
      '  <testcase classname="c" name="c"><system-out>said</system-out></testcase>',
      '</testsuite>',
      '</testsuites>',
      '',
    ]);
  });

  it('stays XML whatever the texts are', () => {
    const text = junitDocument([
      {
        name: '"<a>',
        startedAt: '2026-01-02T03:04:05.678Z',
        properties: { seed: '<1>' },
        output: ']]></system-out>\u0000',
        cases: [{ name: '&', ended: { as: 'failure', message: '"', detail: '<b>' } }],
      },
    ]);
    expect(text).to.contain('<testsuite name="&quot;&lt;a&gt;" timestamp="2026-01-02T03:04:05" tests="1"');
    expect(text).to.contain('<properties><property name="seed" value="&lt;1&gt;"/></properties>');
    expect(text).to.contain('name="&amp;"><failure message="&quot;">&lt;b&gt;</failure>');
    expect(text).to.contain('<system-out>]]&gt;&lt;/system-out&gt;\ufffd</system-out>');
  });
});

import { expect } from 'chai';
import { renderJunit } from './junit.ts';
import { sampleRun } from './sample-run.ts';
import { check, measured, sampleVerdict } from './sample-verdict.ts';

describe('the JUnit report', () => {
  it('has one test case a limit and one for the evidence, and counts them', async () => {
    const xml = renderJunit(await sampleRun(), sampleVerdict());
    expect(xml.match(/<testcase /g)).to.have.lengthOf(4);
    expect(xml).to.contain('<testsuites name="pgdrill" tests="4" failures="1" errors="0" skipped="0" time="93.000">');
    expect(xml).to.contain('name="writeOutageMs ≤ 30 s" time="45.200"><failure type="limit"');
  });

  it('turns red for what is unknown and for a run in doubt', async () => {
    const unknown = check(measured('lostWrites', null), { max: 0 }, 'unknown');
    const xml = renderJunit(await sampleRun(), sampleVerdict({ checks: [unknown], doubts: ['the journal was cut'] }));
    expect(xml).to.contain('tests="2" failures="0" errors="2"');
    expect(xml.match(/<error type="unknown"/g)).to.have.lengthOf(2);
  });

  it('stays XML whatever the text is', async () => {
    const xml = renderJunit(
      await sampleRun(),
      sampleVerdict({ sentence: ']]></system-out>\u0000"&', scenario: '"<a>' }),
    );
    expect(xml).to.contain(']]&gt;&lt;/system-out&gt;\ufffd&quot;&amp;');
    expect(xml).to.contain('classname="pgdrill.lab.&quot;&lt;a&gt;"');
  });
});

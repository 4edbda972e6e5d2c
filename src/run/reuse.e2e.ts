/** Several drills on one lab, by the command line. */
import { expect } from 'chai';
import { execa } from 'execa';
import { loadHistory } from './history.ts';
import { drillsOf } from './test-drill.ts';

describe('drills on one lab, by the command line', function suite() {
  const { out } = drillsOf(this);

  it('share it if asked to, but never one that an earlier run left broken', async () => {
    const files = ['short-isolate', 'leaves-things', 'throws'].map((name) => `fixtures/scenarios/${name}.ts`);
    const args = ['src/cli/main.ts', 'run', ...files, '--reuse', '--out', out()];
    const { all: output = '' } = await execa(process.execPath, args, { all: true, reject: false });
    const times = (text: string) => output.split(text).length - 1;
    expect(times('waiting until the stack of the last run is whole'), output).to.equal(2);
    expect(times('opening another'), output).to.equal(1);
    expect(output.slice(output.indexOf('opening another')), output).to.contain('a defect in the scenario');
    expect(output).to.match(/FAIL leaves-things/);
    const shared = (await loadHistory(out())).filter(({ fingerprint }) => fingerprint['stack.shared']);
    expect(shared.map(({ scenario }) => scenario)).to.deep.equal(['short-isolate', 'leaves-things', 'throws']);
  });
});

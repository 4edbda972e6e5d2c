import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { clusterFaults } from '../stacks/cluster/faults/index.ts';
import { k3sFaults } from '../stacks/k3s/faults/index.ts';
import { labFaults } from '../stacks/lab/faults/index.ts';
import { faultTable } from './documentation.ts';
import { faultKinds } from './index.ts';

const names = (known: ReadonlyMap<string, unknown>) => new Set(known.keys());
const table = faultTable({ lab: names(labFaults), k3s: names(k3sFaults), cluster: names(clusterFaults) });
const rowOf = (fault: string) => table.split('\n').find((line) => line.startsWith(`| \`${fault}\` |`));

describe('the table of faults', () => {
  it('has every fault, with its parameters and the stacks that have it', () => {
    for (const fault of faultKinds) expect(rowOf(fault), fault).to.not.equal(undefined);
    expect(rowOf('lossy'))
      .to.include('`share` (0.001 to 1; default 0.3), `for`')
      .and.to.match(/\| lab \|$/);
    expect(rowOf('one-way')).to.include('`direction` (in or out; default out)');
    expect(rowOf('crash')).to.match(/\| lab, k3s, cluster \|$/);
    expect(rowOf('switchover')).to.include('| – |');
    expect(rowOf('flap')).to.include('`for` (needed)');
  });

  it('is the one in docs/faults.md; after a change: node scripts/document-faults.mjs', () => {
    expect(readFileSync('docs/faults.md', 'utf8')).to.include(table);
  });
});

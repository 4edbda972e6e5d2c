// Writes the table of faults into docs/faults.md: node scripts/document-faults.mjs. For when a fault was added or changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { faultTable, tableBegins, tableEnds } from '../src/faults/documentation.ts';
import { clusterFaults } from '../src/stacks/cluster/faults/index.ts';
import { k3sFaults } from '../src/stacks/k3s/faults/index.ts';
import { labFaults } from '../src/stacks/lab/faults/index.ts';

const file = 'docs/faults.md';
const text = readFileSync(file, 'utf8');
const [before] = text.split(tableBegins);
const [, after] = text.split(tableEnds);
const names = (known) => new Set(known.keys());
const table = faultTable({ lab: names(labFaults), k3s: names(k3sFaults), cluster: names(clusterFaults) });
writeFileSync(file, `${before}${tableBegins}\n\n${table}\n\n${tableEnds}${after}`);

import { expect } from 'chai';
import { parse } from 'yaml';
import { poolersOnOneNode } from './poolers-on-one-node.ts';
import { changedBy, cnpg, findingsAfterChange, linesOf } from './try-rule.ts';

const pooler = (more: string) => cnpg('Pooler', 'pool', `  cluster: { name: pg }\n  pgbouncer: {}\n${more}`);

describe('poolers-on-one-node', () => {
  it('finds two poolers that nothing keeps apart, with a template or without', () => {
    expect(linesOf(poolersOnOneNode, pooler('  instances: 2\n'))).to.eql(['1.yaml:4']);
    const template = '  instances: 2\n  template:\n    spec:\n      containers: []\n';
    expect(linesOf(poolersOnOneNode, pooler(template))).to.eql(['1.yaml:11']);
    for (const text of [pooler('  instances: 2\n'), pooler(template)])
      expect(findingsAfterChange(poolersOnOneNode, text)).to.eql([]);
  });

  it('spreads the pods of one revision, so that an update finds a node for its first pod', () => {
    const [changed] = changedBy(poolersOnOneNode, pooler('  instances: 2\n'));
    expect(parse(changed!).spec.template.spec.topologySpreadConstraints).to.eql([
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { 'cnpg.io/poolerName': 'pool' } },
        matchLabelKeys: ['pod-template-hash'],
      },
    ]);
  });

  it('raises nothing on a single one, or where anti-affinity or a spread is set', () => {
    expect(linesOf(poolersOnOneNode, pooler('  instances: 1\n'))).to.eql([]);
    const spread = '{ containers: [], topologySpreadConstraints: [{ maxSkew: 1 }] }';
    const apart = '{ containers: [], affinity: { podAntiAffinity: {} } }';
    for (const spec of [spread, apart])
      expect(linesOf(poolersOnOneNode, pooler(`  instances: 2\n  template: { spec: ${spec} }\n`))).to.eql([]);
  });
});

import { expect } from 'chai';
import { instancesOnOneNode } from './instances-on-one-node.ts';
import { cnpg, findingsAfterChange, linesOf } from './try-rule.ts';

const cluster = (more: string, instances = 3) =>
  cnpg('Cluster', 'pg', `  instances: ${instances}\n  storage: { size: 1Gi }\n${more}`);

describe('instances-on-one-node', () => {
  it('finds the default, preferred, and anti-affinity that is off', () => {
    for (const [more, line] of [
      ['', 4],
      ['  affinity:\n    podAntiAffinityType: preferred\n', 10],
      ['  affinity:\n    podAntiAffinityType: required\n    enablePodAntiAffinity: false\n', 11],
    ] as const) {
      expect(linesOf(instancesOnOneNode, cluster(more))).to.eql([`1.yaml:${line}`]);
      expect(findingsAfterChange(instancesOnOneNode, cluster(more))).to.eql([]);
    }
  });

  it('raises nothing where instances must be spread', () => {
    const term = '[{ topologyKey: kubernetes.io/hostname }]';
    expect(
      linesOf(
        instancesOnOneNode,
        cluster('  affinity: { podAntiAffinityType: required }\n'),
        cluster('  topologySpreadConstraints: [{ whenUnsatisfiable: DoNotSchedule }]\n').replace('name: pg', 'name: b'),
        cluster(
          `  affinity: { enablePodAntiAffinity: false, additionalPodAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: ${term} } }\n`,
        ).replace('name: pg', 'name: c'),
        cluster('', 1).replace('name: pg', 'name: d'),
      ),
    ).to.eql([]);
  });

  it('reads what a patch sets', () => {
    const patch = cnpg('Cluster', 'pg', '  affinity: { podAntiAffinityType: required }\n');
    expect(linesOf(instancesOnOneNode, cluster(''), patch)).to.eql([]);
  });
});

import { expect } from 'chai';
import { checkAll } from '../check.ts';
import { instancesOnOneNode } from './instances-on-one-node.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

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

  it('is for information on storage that outlives a node', () => {
    const on = (storageClass: string, more = '') =>
      findingsOf(
        instancesOnOneNode,
        cluster(more).replace('size: 1Gi', `size: 1Gi, storageClass: ${storageClass}`),
      )[0]!;
    expect(on('ceph-block')).to.include({ severity: 'info' });
    expect(on('ceph-block').message).to.contain('the data is safe, and the database is down until');
    expect(on('openebs-hostpath')).to.include({ severity: 'warning' });
    expect(on('fast')).to.include({ severity: 'warning' });
    expect(on('ceph-block', '  affinity: { enablePodAntiAffinity: false }\n')).to.include({ severity: 'warning' });
  });

  it('raises nothing on such storage with three nodes or more for each instance', () => {
    const found = (nodes: number, storageClass: string, more = '') => {
      const text = cluster(more).replace('size: 1Gi', `size: 1Gi, storageClass: ${storageClass}`);
      const list = Array.from({ length: nodes }, (_, nth) => `{ hostname: n${nth} }`).join(', ');
      const files = [
        { file: 'pg.yaml', text },
        { file: 'talos/talconfig.yaml', text: `nodes: [${list}]\n` },
      ];
      return checkAll(files, { nowMs: 0, rules: [instancesOnOneNode] }).findings.length;
    };
    expect(found(8, 'ceph-block')).to.equal(1);
    expect(found(9, 'ceph-block')).to.equal(0);
    expect(found(9, 'openebs-hostpath')).to.equal(1);
    expect(found(9, 'ceph-block', '  affinity: { nodeSelector: { disk: fast } }\n')).to.equal(1);
    expect(found(9, 'ceph-block', '  affinity: { enablePodAntiAffinity: false }\n')).to.equal(1);
  });
});

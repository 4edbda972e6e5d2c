import { expect } from 'chai';
import { storageMissing } from './storage-missing.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const cluster = (name: string, more: string) => cnpg('Cluster', name, `  instances: 1\n${more}`);
const recovery = '  bootstrap: { recovery: { source: pg } }\n';

describe('storage-missing', () => {
  it('finds a recovery cluster without storage and proposes the size of its source', () => {
    const source = cluster('pg', '  storage: { size: 50Gi }\n');
    expect(findingsOf(storageMissing, cluster('restored', recovery), source)[0]!.change).to.contain('+    size: 50Gi');
    expect(findingsAfterChange(storageMissing, cluster('restored', recovery))).to.eql([]);
  });

  it('finds storage without a size', () => {
    const text = cluster('pg', '  storage:\n    storageClass: local-path\n');
    expect(linesOf(storageMissing, text)).to.eql(['1.yaml:8']);
    expect(findingsAfterChange(storageMissing, text)).to.eql([]);
  });

  it('raises nothing on a size, a claim template, or a patch of a Cluster that is not given', () => {
    const claim = '  storage: { pvcTemplate: { resources: { requests: { storage: 1Gi } } } }\n';
    expect(linesOf(storageMissing, cluster('a', '  storage: { size: 1Gi }\n'), cluster('b', claim))).to.eql([]);
    expect(linesOf(storageMissing, cnpg('Cluster', 'pg', '  imageName: x:18\n'))).to.eql([]);
  });
});

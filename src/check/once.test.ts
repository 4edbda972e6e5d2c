import { expect } from 'chai';
import { checkAll } from './check.ts';
import { failoverDelayed } from './rules/failover-delayed.ts';
import { cnpg } from './rules/try-rule.ts';
import { checked, entriesIn, inCopy } from './test-corpus.ts';

const delayed = (file: string, name: string, seconds = 30) => ({
  file,
  text: cnpg('Cluster', name, `  instances: 3\n  failoverDelay: ${seconds}\n  storage: { size: 1Gi }\n`),
});
const found = (...files: ReturnType<typeof delayed>[]) =>
  checkAll(files, { nowMs: 0, rules: [failoverDelayed], areRulesNamed: true }).findings;

describe('what holds of one object at several places', () => {
  it('is one finding, whose change is for all of them', () => {
    const entry = entriesIn('fixtures/check/kinds').find(({ folder }) =>
      folder.endsWith('cluster-in-two-kustomizations'),
    )!;
    return inCopy(entry, async () => {
      const { findings } = await checked(entry);
      const [finding, ...more] = findings.filter(({ rule }) => rule === 'failover-delayed');
      expect(more).to.eql([]);
      expect(finding!.message).to.match(/ The same holds in recovery\/cluster\.yaml\.$/);
      expect(finding!.change).to.contain('+++ b/normal/cluster.yaml').and.contain('+++ b/recovery/cluster.yaml');
    });
  });

  it('is not one finding for objects of other names, or with other values', () => {
    const same = [delayed('a/pg.yaml', 'pg'), delayed('b/pg.yaml', 'pg')];
    expect(found(...same)).to.have.length(1);
    expect(found(delayed('a/pg.yaml', 'pg'), delayed('b/shop.yaml', 'shop'))).to.have.length(2);
    expect(found(delayed('a/pg.yaml', 'pg'), delayed('b/pg.yaml', 'pg', 60))).to.have.length(2);
  });

  it('counts as one object of a habit', () => {
    const files = [
      delayed('a/pg.yaml', 'pg'),
      delayed('b/pg.yaml', 'pg'),
      delayed('c.yaml', 'web'),
      delayed('d.yaml', 'shop'),
    ];
    const [finding, ...more] = found(...files);
    expect(more).to.eql([]);
    expect(finding!.message).to.match(
      / The same holds in b\/pg\.yaml\. The same holds for 2 more Clusters \(web, shop\)\.$/,
    );
  });

  it('names four places and counts the rest', () => {
    const [finding] = found(...[1, 2, 3, 4, 5, 6].map((n) => delayed(`${n}/pg.yaml`, 'pg')));
    expect(finding!.message).to.match(/ The same holds in 2\/pg\.yaml, .*5\/pg\.yaml and at 1 more place\.$/);
  });

  it('keeps its place in a baseline when the other places move', () => {
    const [alone] = found(delayed('a/pg.yaml', 'pg'));
    const [both] = found(delayed('a/pg.yaml', 'pg'), delayed('b/pg16.yaml', 'pg'));
    expect(both!.message).to.contain('in b/pg16.yaml.');
    expect(both!.facts).to.equal(alone!.facts);
  });
});

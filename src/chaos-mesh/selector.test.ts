import { expect } from 'chai';
import { placeholder, refuseOtherEnd, refuseSelection, selectedPods, selectorSchema } from './selector.ts';

const instance = { 'cnpg.io/cluster': 'pg', 'cnpg.io/podRole': 'instance' };
const pod = (name: string, labels: Record<string, string>, phase = 'Running') => ({
  metadata: { name, labels, annotations: { made: name } },
  status: { phase },
});
const pods = [
  pod('pg-1', { ...instance, role: 'primary' }),
  pod('pg-2', { ...instance, role: 'replica' }, 'Pending'),
  pod('pool-x', { 'cnpg.io/cluster': 'pg' }),
  pod('shop', { app: 'shop' }),
];
const from = { namespace: 'db', cluster: 'pg', pods, instances: ['pg-1', 'pg-2'] };
const selected = (selector: object) => selectedPods('it', selectorSchema.parse(selector), from);
const refused = (selector: object, mode = 'one') => {
  try {
    return refuseSelection('it', { selector: selectorSchema.parse(selector), mode }, 'pg-1', from);
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the selector of an experiment', () => {
  it('selects as Chaos Mesh does', () => {
    const all = ['pg-1', 'pg-2', 'pool-x', 'shop'];
    const of = (key: string, operator: string, values?: string[]) =>
      selected({ expressionSelectors: [{ key, operator, values }] });
    expect(selected({})).to.deep.equal(all);
    expect(selected({ namespaces: ['db'] })).to.deep.equal(all);
    expect(selected({ labelSelectors: instance })).to.deep.equal(['pg-1', 'pg-2']);
    expect(selected({ annotationSelectors: { made: 'shop' } })).to.deep.equal(['shop']);
    expect(selected({ podPhaseSelectors: ['Pending'] })).to.deep.equal(['pg-2']);
    expect(of('role', 'In', ['primary'])).to.deep.equal(['pg-1']);
    expect(of('role', 'NotIn', ['primary'])).to.deep.equal(['pg-2', 'pool-x', 'shop']);
    expect(of('app', 'Exists')).to.deep.equal(['shop']);
    expect(of('app', 'DoesNotExist')).to.deep.equal(['pg-1', 'pg-2', 'pool-x']);
    // Where pods are named, nothing else counts.
    expect(selected({ pods: { db: ['shop'] }, labelSelectors: instance })).to.deep.equal(['shop']);
  });

  it('is taken where it selects the target and none but instances, or is the placeholder', () => {
    expect(refused({ labelSelectors: placeholder })).to.deep.equal([]);
    expect(refused({ labelSelectors: placeholder, namespaces: ['db'] }, 'all')).to.deep.equal([]);
    expect(refused({ labelSelectors: { role: 'primary' } }, 'all')).to.deep.equal([]);
    expect(refused({ labelSelectors: instance })).to.deep.equal(['pg-2']);
  });

  it('is refused in one sentence where it selects anything else', () => {
    const refusals: readonly [object, string, string?][] = [
      [{}, 'it selects pool-x, shop, which are not instances of pg; narrow its selector'],
      [{ labelSelectors: { 'cnpg.io/cluster': 'pg' } }, 'it selects pool-x, which is not an instance of pg'],
      [{ labelSelectors: { app: 'none' } }, 'it selects no pod of db'],
      [{ pods: { db: ['pg-9'] } }, 'it selects no pod of db'],
      [{ namespaces: ['db', 'shop'] }, 'it selects pods of the namespace shop, but the Cluster is in db'],
      [{ pods: { shop: ['pg-1'] } }, 'it selects pods of the namespace shop'],
      [{ labelSelectors: { role: 'replica' } }, 'it selects pg-2, but the drill aims at pg-1'],
      [{ labelSelectors: instance }, 'it breaks pg-1, pg-2 with the mode all, but a drill breaks one', 'all'],
      [{ nodes: ['a'] }, 'it has nodes, by which pgdrill cannot see which pods it selects'],
      [{ nodeSelectors: { zone: 'a' } }, 'it has nodeSelectors'],
      [{ fieldSelectors: { 'metadata.name': 'pg-1' } }, 'it has fieldSelectors'],
      [{ labelSelectors: { ...placeholder, role: 'primary' } }, 'beside which nothing else may select, but role does'],
      [{ labelSelectors: placeholder, pods: { db: ['pg-1'] } }, 'but pods does'],
      [{ labelSelectors: { 'pgdrill.dev/instance': 'primary' } }, 'but the word for the drill’s target is target'],
      [{ labelSelectors: placeholder, namespaces: ['shop'] }, 'the namespace shop, but the Cluster is in db'],
    ];
    for (const [selector, sentence, mode] of refusals)
      expect(refused(selector, mode), JSON.stringify(selector)).to.contain(sentence);
  });

  it('of the other end selects pods of the Cluster only', () => {
    const owned = ({ metadata }: { metadata: { labels?: Readonly<Record<string, string>> } }) =>
      metadata.labels?.['cnpg.io/cluster'] === 'pg';
    const end = (selector: object) => () =>
      refuseOtherEnd('its end', { selector: selectorSchema.parse(selector), mode: 'all' }, from, owned);
    expect(end({ labelSelectors: { 'cnpg.io/cluster': 'pg' } })).not.to.throw();
    expect(end({})).to.throw('its end changes shop, which does not belong to pg; narrow it');
    expect(end({ labelSelectors: { app: 'none' } })).to.throw('its end selects no pod of db');
  });
});

import { expect } from 'chai';
import { plainTree } from '../tree/units.ts';
import { Inventory } from './inventory.ts';

const resources = (text: string) => new Inventory(plainTree([{ file: 'x.yaml', text }]).units, { nowMs: 0 }).resources;
const cluster = (name: string, namespace: string | undefined, spec: string) =>
  `---\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: ${name}${namespace ? `, namespace: ${namespace}` : ''} }\nspec: {${spec}}\n`;
const whole = 'instances: 3, storage: { size: 1Gi }';

describe('objects and their patches', () => {
  it('take a manifest without required fields for a patch of the whole one, wherever it stands', () => {
    const [only, ...others] = resources(cluster('pg', undefined, 'imageName: x') + cluster('pg', 'db', whole));
    expect(others).to.eql([]);
    expect([only!.text('spec', 'imageName'), only!.number('spec', 'instances'), only!.namespace]).to.eql([
      'x',
      3,
      'db',
    ]);
  });

  it('let later patches win', () => {
    const [only] = resources(
      cluster('pg', 'a', whole) + cluster('pg', 'a', 'instances: 4') + cluster('pg', 'a', 'instances: 5'),
    );
    expect(only!.number('spec', 'instances')).to.equal(5);
  });

  it('keep whole ones of one name apart, and those of other namespaces', () => {
    expect(resources(cluster('pg', undefined, whole) + cluster('pg', undefined, whole))).to.have.length(2);
    expect(resources(cluster('pg', 'a', whole) + cluster('pg', 'b', 'imageName: x'))).to.have.length(2);
  });

  it('give the nearest place to a setting that is missing', () => {
    const [only] = resources(cluster('pg', 'a', `${whole}, postgresql: { parameters: {} }`));
    expect(only!.nearest('spec', 'postgresql', 'synchronous').key?.value).to.equal('postgresql');
    expect(only!.nearest('spec', 'backup').key?.value).to.equal('name');
  });
});

import { expect } from 'chai';
import { schemas, schemaText } from './schemas.ts';

const textOf = (name: string) => schemaText(schemas[name]!);

describe('the published JSON Schemas', () => {
  it('are those of the draft that editors read', () => {
    for (const make of Object.values(schemas)) expect(make().$schema).to.contain('2020-12');
  });

  it('explain every setting of the configuration, and let a value of `with` be a number', () => {
    const { properties } = JSON.parse(textOf('config')) as { properties: Record<string, { description?: string }> };
    expect(Object.values(properties).filter(({ description }) => !description)).to.deep.equal([]);
    expect(properties.with)
      .to.have.nested.property('additionalProperties.anyOf')
      .deep.equal([{ type: 'string', minLength: 1 }, { type: 'number' }]);
  });

  it('explain every field of load and topology, however deep', () => {
    type Field = { description?: string; properties?: Record<string, Field> };
    const unexplained = (fields: Record<string, Field>): string[] =>
      Object.entries(fields).flatMap(([name, { description, properties = {} }]) => [
        ...(description ? [] : [name]),
        ...unexplained(properties),
      ]);
    const { load, topology } = JSON.parse(textOf('scenario')).properties;
    expect(Object.keys(load.properties).length).to.be.greaterThan(10);
    expect(unexplained({ ...load.properties, ...topology.properties })).to.deep.equal([]);
  });

  it('name every limit that a scenario may set, and no other', () => {
    const { limits } = JSON.parse(textOf('scenario')).properties;
    expect(limits.properties.writeOutageMs).to.nested.include({ 'properties.max.type': 'number' });
    expect(limits.properties.writeOutageMs.description).to.contain('longest time').and.to.contain('(ms)');
    expect(limits.additionalProperties).to.equal(false);
  });

  it('describe the JSON report', () => {
    expect(textOf('report')).to.contain('writeOutageMs').and.to.contain('journal was cut off');
  });
});

describe('the declarations of what a scenario may write', () => {
  it('follow from its schema, with every type of a field', async () => {
    // A script, so that it has no declarations.
    const { inputTypes } = (await import(String('../../scripts/input-types.mjs'))) as {
      inputTypes: (schema: unknown) => string;
    };
    const text = inputTypes(schemas.scenario!());
    expect(text).to.contain('  writers?: number | undefined;').and.contain('writeOutageMs?: LimitInput;');
  });
});

// The declarations of what a scenario file may write, with a description on each field, from the published JSON Schema:
// types that are inferred from a schema have none. scripts/build.mjs puts them in the place of src/scenario/input.ts.

/**
 * @param {object} schema the JSON Schema of a scenario
 * @returns {string} the text of a .d.ts file
 */
export function inputTypes({ properties: { load, topology, limits } }) {
  return `/** Generated from the schema of a scenario. */
/** A bound on a metric, in its own unit. */
type BoundsInput = { readonly source?: string } & ({ readonly max: number; readonly min?: number } | { readonly min: number; readonly max?: number });
/** \`on\`: other bounds, by stack. */
type LimitInput = BoundsInput & { readonly on?: { readonly [S in 'lab' | 'k3s' | 'cluster']?: BoundsInput } };
export interface LoadInput ${body(load, '')}
export interface TopologyInput ${body(topology, '')}
export interface LimitsByName ${body(limits, '', () => 'LimitInput')}
`;
}

function body({ properties, required = [] }, indent, typeOf = type) {
  const fields = Object.entries(properties).flatMap(([name, schema]) => [
    ...documentation(schema).map((line) => `${indent}  ${line}`),
    // A field that may be left out may also be undefined, as in the types that zod infers.
    required.includes(name)
      ? `${indent}  ${name}: ${typeOf(schema, `${indent}  `)};`
      : `${indent}  ${name}?: ${typeOf(schema, `${indent}  `)}${typeOf === type ? ' | undefined' : ''};`,
  ]);
  return `{\n${fields.join('\n')}\n${indent}}`;
}

function documentation({ description, default: standard }) {
  const value = standard === undefined || typeof standard === 'object' ? undefined : JSON.stringify(standard);
  const text = [description?.replaceAll('*/', '* /'), value && `@default ${value}`].filter(Boolean);
  return text.length === 0 ? [] : ['/**', ...text.map((line) => ` * ${line}`), ' */'];
}

function type(schema, indent) {
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  if (schema.anyOf) return `(${schema.anyOf.map((one) => type(one, indent)).join(' | ')})`;
  switch (schema.type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
      return schema.type;
    case 'array':
      return `${type(schema.items, indent)}[]`;
    case 'object':
      return schema.properties ? body(schema, indent) : `Record<string, ${type(schema.additionalProperties, indent)}>`;
    default:
      throw new Error(`the schema of a scenario has a type that the declarations do not: ${JSON.stringify(schema)}`);
  }
}

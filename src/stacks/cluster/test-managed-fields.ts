/** For tests: who set which field of an object, as the API server notes it (`metadata.managedFields`) at a merge patch. */

type Fields = Record<string, unknown>;
interface Managed {
  readonly manager: string;
  readonly operation: 'Update';
  readonly fieldsV1: Fields;
}

const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The paths of the leaves whose values a change makes others. */
function changed(before: unknown, change: Fields, path: readonly string[] = []): string[][] {
  return Object.entries(change).flatMap(([key, value]) => {
    const was = isMap(before) ? before[key] : undefined;
    if (isMap(value)) return changed(was, value, [...path, key]);
    return was === value ? [] : [[...path, key]];
  });
}

const without = (fields: Fields, [key, ...rest]: readonly string[]): Fields => {
  const name = `f:${key}`;
  if (!isMap(fields[name])) return fields;
  const { [name]: inner, ...others } = fields;
  return rest.length === 0 ? others : { ...fields, [name]: without(inner as Fields, rest) };
};
const withPath = (fields: Fields, [key, ...rest]: readonly string[]): Fields => {
  const inner = (fields[`f:${key}`] as Fields | undefined) ?? {};
  return { ...fields, [`f:${key}`]: rest.length === 0 ? {} : withPath(inner, rest) };
};

/** A field that a patch gives another value belongs to who patches, and to nobody else any more. */
export function managedAfter(managed: readonly Managed[], manager: string, before: object, change: object): Managed[] {
  const paths = changed(before, 'spec' in change ? { spec: change.spec } : {});
  if (paths.length === 0) return [...managed];
  const left = managed.map((one) => ({ ...one, fieldsV1: paths.reduce(without, one.fieldsV1) }));
  const own = left.find((one) => one.manager === manager)?.fieldsV1 ?? {};
  const others = left.filter((one) => one.manager !== manager);
  return [...others, { manager, operation: 'Update', fieldsV1: paths.reduce(withPath, own) }];
}

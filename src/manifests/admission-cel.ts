/** Parts of the expressions of the admission policy, in CEL, which has no empty value for an absent field: to read one denies. Pure. */

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
}
export interface Check {
  readonly rule: Rule;
  /** For which requests, in CEL. */
  readonly on: string;
  /** What has to hold, in CEL. */
  readonly holds: string;
  readonly message: string;
}

/** @param operations separated by spaces */
export const rule = (group: string, operations: string, ...resources: string[]): Rule => ({
  ...{ apiGroups: [group], apiVersions: ['*'], operations: operations.split(' '), resources },
});

/** The namespace of the account: that of the Cluster. */
export const here = 'request.namespace == params.metadata.namespace';

export const text = (value: string): string => `'${value.replaceAll(/['\\]/g, '\\$&')}'`;
export const listed = (values: readonly string[]): string => `[${values.map(text).join(', ')}]`;
export const all = (...conditions: readonly string[]): string => conditions.join(' && ');
export const either = (...conditions: readonly string[]): string =>
  `(${conditions.map((one) => `(${one})`).join(' || ')})`;

export const subresource = (name: string): string => `has(request.subResource) && request.subResource == ${text(name)}`;
/** Requests of the object itself. */
export const ofItself = (resource: string, ...operations: string[]): string =>
  all(
    `request.resource.resource == ${text(resource)}`,
    `request.operation in ${listed(operations)}`,
    `!(has(request.subResource) && request.subResource != '')`,
  );

/** Fields of one map that differ from another's, both of which may be absent, are these at most. */
export const onlyThese = (path: string, allowed: readonly string[]): string => {
  const of = (root: string) => `(has(${root}.${path}) ? dyn(${root}.${path}) : {})`;
  const within = (one: string, other: string) =>
    `${of(one)}.all(k, k in ${listed(allowed)} || (k in ${of(other)} && ${of(one)}[k] == ${of(other)}[k]))`;
  return `${within('object', 'oldObject')} && ${within('oldObject', 'object')}`;
};
/** A list that a change leaves as it is, or as absent. */
export const same = (path: string): string => {
  const of = (root: string) => `(has(${root}.${path}) ? dyn(${root}.${path}) : [])`;
  return `${of('object')} == ${of('oldObject')}`;
};

export const absent = (at: string, fields: readonly string[]): string =>
  all(...fields.map((field) => `!has(${at}.${field})`));
export const empty = (at: string, fields: readonly string[]): string =>
  all(...fields.map((field) => `(!has(${at}.${field}) || ${at}.${field}.size() == 0)`));
export const off = (at: string, fields: readonly string[]): string =>
  all(...fields.map((field) => `(!has(${at}.${field}) || !${at}.${field})`));
/** A number that is set, and is this at most. */
export const atMost = (at: string, field: string, most: number): string =>
  `has(${at}.${field}) && ${at}.${field} <= ${most}`;

/** A map has no other keys than these. */
export const onlyKeys = (map: string, keys: readonly string[]): string => `dyn(${map}).all(k, k in ${listed(keys)})`;
/** An optional text that is one of those joined here, and never empty; none has a comma in it. */
export const oneOf = (at: string, field: string, values: readonly string[]): string =>
  `(!has(${at}.${field}) || (${at}.${field} != '' && !${at}.${field}.contains(',') && ${text(`,${values.join(',')},`)}.contains(',' + ${at}.${field} + ',')))`;

/** An object has the label. */
export const labelled = (root: string, key: string, value: string): string =>
  `(has(${root}.metadata.labels) && ${text(key)} in ${root}.metadata.labels && ${root}.metadata.labels[${text(key)}] == ${text(value)})`;

/** Labels are of these pairs, or of those keys: a pod with any other could be taken for one of a Service or of an operator. */
export const onlyLabels = (
  root: string,
  pairs: Readonly<Record<string, string>>,
  keys: readonly string[] = [],
): string => {
  const map = `{${Object.entries(pairs)
    .map(([key, value]) => `${text(key)}: ${text(value)}`)
    .join(', ')}}`;
  const ours = `(k in ${map} && ${map}[k] == ${root}.metadata.labels[k])`;
  return `(!has(${root}.metadata) || !has(${root}.metadata.labels) || ${root}.metadata.labels.all(k, ${ours} || k in ${listed(keys)}))`;
};

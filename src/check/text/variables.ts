/** `${NAME:=default}`: variables that Flux (or envsubst) fills in after the manifests are built. */

/** Values that are known, by name. */
export type Variables = Readonly<Record<string, string>>;

export interface Substituted {
  readonly text: string;
  /** The first variable whose value nobody knows; its text stays. */
  readonly unknown?: string;
}

const variable = /(?<!\$)\$\{([A-Za-z_]\w*)(?:(:?[-=])([^{}]*)|([:/^,#%][^{}]*))?\}/g;

/** Fills in values that are known, and defaults for the rest. `$${NAME}` is an escaped dollar and stays. */
export function substitute(text: string, known: Variables = {}): Substituted {
  if (!text.includes('${')) return { text };
  let unknown: string | undefined;
  const filled = text.replace(variable, (whole, name: string, operator?: string, fallback?: string, form?: string) => {
    const value = known[name];
    if (value !== undefined && form === undefined) return value === '' && operator?.startsWith(':') ? fallback! : value;
    if (operator !== undefined && value === undefined) return fallback ?? '';
    unknown ??= name;
    return whole;
  });
  return unknown === undefined ? { text: filled } : { text: filled, unknown };
}

/** Thrown where a rule needs a value that is a variable nobody knows; the object is then not judged by that rule. */
export class Undecidable extends Error {
  readonly variable: string;
  /** Whether it is a setting that the values of a chart may add, and not a variable. */
  readonly isSetting: boolean;
  constructor(variable: string, isSetting = false) {
    super(`${isSetting ? 'setting' : 'variable'} ${variable} is not known`);
    this.variable = variable;
    this.isSetting = isSetting;
  }
}

/** The text with its default changed, where the whole of it is one variable with a default; else undefined. */
export function withDefault(text: string, value: string): string | undefined {
  const match = /^\$\{([A-Za-z_]\w*)(:?[-=])([^{}]*)\}$/.exec(text.trim());
  return match ? `\${${match[1]}${match[2]}${value}}` : undefined;
}

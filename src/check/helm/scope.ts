/** The dot and the variables of a template, in nested blocks. */
import type { Data, Value } from './value.ts';

export class Scope {
  readonly dot: Value;
  /** What `$` is. */
  readonly root: Data;
  readonly #outer: Scope | undefined;
  readonly #variables = new Map<string, Value>();

  constructor(root: Data, dot: Value = { data: root }, outer?: Scope) {
    this.root = root;
    this.dot = dot;
    this.#outer = outer;
  }

  /** A block with a dot of its own. */
  within(dot: Value): Scope {
    return new Scope(this.root, dot, this);
  }

  get(name: string): Value {
    return this.#variables.get(name) ?? this.#outer?.get(name) ?? { data: undefined };
  }

  /** `:=` makes a variable of this block, `=` changes the one that exists. */
  set(name: string, value: Value, isDeclared: boolean): void {
    if (isDeclared || !Scope.#changes(this.#outer, name, value)) this.#variables.set(name, value);
  }

  static #changes(scope: Scope | undefined, name: string, value: Value): boolean {
    if (!scope) return false;
    if (!scope.#variables.has(name)) return Scope.#changes(scope.#outer, name, value);
    scope.#variables.set(name, value);
    return true;
  }
}

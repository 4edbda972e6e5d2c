/** The expressions of Go's templates: `default 1 .Values.size | quote`. Source: the manual of Go's text/template. */
import { NotDecidable } from './value.ts';

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | undefined }
  | { readonly kind: 'dot' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'field'; readonly of: Expression; readonly name: string }
  /** A function, or with `of` a method: `.Files.Get "x"`. */
  | { readonly kind: 'call'; readonly name: string; readonly of?: Expression; readonly args: readonly Expression[] };

/** `$a := …` declares, `$a = …` sets; without names the value is written. */
export interface Pipeline {
  readonly names: readonly string[];
  readonly isDeclared: boolean;
  readonly value: Expression;
}

interface Token {
  readonly text: string;
  readonly start: number;
}

const token =
  /"(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)'|[+-]?\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?|\$\w*|\.[A-Za-z_]\w*|[A-Za-z_]\w*|:=|[.=(),|]/y;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) throw new NotDecidable(`the expression ${text.trim()}`);
    tokens.push({ text: match[0], start: at });
    at += match[0].length;
  }
  return tokens;
}

/** @throws NotDecidable where it is not an expression of the subset that is understood */
export function pipelineOf(text: string): Pipeline {
  const parser = new Parser(tokensOf(text), text);
  const pipeline = parser.pipeline();
  parser.end();
  return pipeline;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #text: string;
  #at = 0;

  constructor(tokens: readonly Token[], text: string) {
    this.#tokens = tokens;
    this.#text = text.trim();
  }

  pipeline(): Pipeline {
    const names: string[] = [];
    const declares = this.#tokens.findIndex(({ text }) => text === ':=' || text === '=');
    if (this.#at === 0 && declares > 0) {
      for (; this.#at < declares; this.#at++) if (this.#peek() !== ',') names.push(this.#peek()!.slice(1));
      this.#at++;
    }
    return { names, isDeclared: this.#tokens[declares]?.text === ':=', value: this.#stages() };
  }

  end(): void {
    if (this.#at < this.#tokens.length) this.#refuse();
  }

  /** `a | b c`: each stage gets the one before as its last argument. */
  #stages(): Expression {
    let value = this.#command(undefined);
    while (this.#peek() === '|') {
      this.#at++;
      value = this.#command(value);
    }
    return value;
  }

  #command(piped: Expression | undefined): Expression {
    const name = this.#peek() ?? '';
    const isFunction = /^[A-Za-z_]/.test(name) && !['true', 'false', 'nil'].includes(name);
    if (isFunction) this.#at++;
    const operands: Expression[] = [];
    while (this.#at < this.#tokens.length && ![')', '|', ','].includes(this.#peek()!)) operands.push(this.#operand());
    const args = piped ? [...operands, piped] : operands;
    if (isFunction) return { kind: 'call', name, args };
    const [first, ...rest] = args;
    if (!first || (piped && operands.length === 0)) return this.#refuse();
    if (rest.length === 0) return first;
    if (first.kind !== 'field') return this.#refuse();
    return { kind: 'call', name: first.name, of: first.of, args: rest };
  }

  #operand(): Expression {
    const { text, start } = this.#tokens[this.#at++]!;
    let value: Expression;
    if (text === '(') {
      value = this.#stages();
      if (this.#peek() !== ')') return this.#refuse();
      this.#at++;
    } else if (text === '.') value = { kind: 'dot' };
    else if (text.startsWith('.')) value = { kind: 'field', of: { kind: 'dot' }, name: text.slice(1) };
    else if (text.startsWith('$')) value = { kind: 'variable', name: text.slice(1) };
    else if (/^[A-Za-z_]/.test(text) && !['true', 'false', 'nil'].includes(text))
      value = { kind: 'call', name: text, args: [] };
    else return { kind: 'literal', value: literal(text) };
    for (let end = this.#endBefore(start); this.#isFieldAt(end); end = this.#endBefore(start))
      value = { kind: 'field', of: value, name: this.#tokens[this.#at++]!.text.slice(1) };
    return value;
  }

  /** Where the token before the next one ends: a field belongs to what it touches. */
  #endBefore(fallback: number): number {
    const before = this.#tokens[this.#at - 1];
    return before ? before.start + before.text.length : fallback;
  }
  #isFieldAt(end: number): boolean {
    const next = this.#tokens[this.#at];
    return next !== undefined && next.start === end && /^\.\w/.test(next.text);
  }
  #peek(): string | undefined {
    return this.#tokens[this.#at]?.text;
  }
  #refuse(): never {
    throw new NotDecidable(`the expression ${this.#text}`);
  }
}

function literal(text: string): string | number | boolean | undefined {
  if (text === 'nil') return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  if (text.startsWith('`')) return text.slice(1, -1);
  if (text.startsWith("'")) return text.codePointAt(text[1] === '\\' ? 2 : 1);
  if (text.startsWith('"')) return unescaped(text);
  return Number(text.replaceAll('_', ''));
}

function unescaped(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}

/** Whether a value is written as lines, and not behind a key. */
export const writesLines = (expression: Expression): boolean =>
  expression.kind === 'call' && ['indent', 'nindent', 'toYaml'].includes(expression.name);

/** The field that an expression writes, for the name of a value that is not known. */
export function nameOf(expression: Expression): string {
  switch (expression.kind) {
    case 'field':
      return `${nameOf(expression.of)}.${expression.name}`;
    case 'variable':
      return expression.name;
    case 'call':
      return expression.args.length > 0 ? nameOf(expression.args.at(-1)!) : expression.name;
    default:
      return '';
  }
}

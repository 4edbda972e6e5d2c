/** Helm templates as trees: text, actions, branches and loops. Source: the manual of Go's text/template. */
import { type Pipeline, pipelineOf } from './expression.ts';
import { NotDecidable } from './value.ts';

export type TemplateNode =
  | { readonly kind: 'text'; readonly start: number; readonly end: number }
  | { readonly kind: 'action'; readonly start: number; readonly pipeline: Pipeline }
  /** Leaves the loop, or its current item. */
  | { readonly kind: 'break' | 'continue' }
  | { readonly kind: 'if' | 'with' | 'range'; readonly start: number; readonly branches: readonly Branch[] };

/** `if`, and each `else if`; without a pipeline `else`. */
export interface Branch {
  readonly pipeline: Pipeline | undefined;
  readonly body: readonly TemplateNode[];
}

export interface Template {
  readonly text: string;
  readonly nodes: readonly TemplateNode[];
  /** Named parts, for `include`. */
  readonly parts: ReadonlyMap<string, readonly TemplateNode[]>;
}

interface Piece {
  readonly kind: 'text' | 'action';
  readonly start: number;
  readonly end: number;
  /** Of an action: what stands between its braces. */
  readonly code: string;
}

/** @throws NotDecidable where it is not a template of the subset that is understood */
export function templateOf(text: string): Template {
  const parts = new Map<string, readonly TemplateNode[]>();
  const reader = new Reader(piecesOf(text), parts);
  return { text, nodes: reader.all(), parts };
}

/** Text and actions by turns; blanks that `{{-` and `-}}` remove are left out. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let isTrimmed = false;
  while (at <= text.length) {
    const open = text.indexOf('{{', at);
    const end = open < 0 ? text.length : open;
    const trimsBefore = open >= 0 && /^\{\{-\s/.test(text.slice(open, open + 4));
    const piece = trimmed(text, at, end, isTrimmed, trimsBefore);
    if (piece.end > piece.start) pieces.push(piece);
    if (open < 0) break;
    const close = closeOf(text, open + 2);
    const trimsBehind = /\s-$/.test(text.slice(open + 2, close));
    const code = text.slice(open + (trimsBefore ? 3 : 2), trimsBehind ? close - 1 : close).trim();
    if (!code.startsWith('/*')) pieces.push({ kind: 'action', start: open, end: close + 2, code });
    isTrimmed = trimsBehind;
    at = close + 2;
  }
  return pieces;
}

function trimmed(text: string, from: number, to: number, before: boolean, behind: boolean): Piece {
  let [start, end] = [from, to];
  while (before && start < end && /\s/.test(text[start]!)) start++;
  while (behind && end > start && /\s/.test(text[end - 1]!)) end--;
  return { kind: 'text', start, end, code: '' };
}

/** The braces that end an action; those in its strings and comments do not. */
function closeOf(text: string, from: number): number {
  const inside = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\*[\s\S]*?\*\/|\}\}/y;
  for (let at = from; at < text.length; ) {
    inside.lastIndex = at;
    const match = inside.exec(text);
    if (match?.[0] === '}}') return at;
    at += match ? match[0].length : 1;
  }
  throw new NotDecidable('an action without an end');
}

class Reader {
  readonly #pieces: readonly Piece[];
  readonly #parts: Map<string, readonly TemplateNode[]>;
  #at = 0;

  constructor(pieces: readonly Piece[], parts: Map<string, readonly TemplateNode[]>) {
    this.#pieces = pieces;
    this.#parts = parts;
  }

  all(): TemplateNode[] {
    const nodes = this.#body();
    if (this.#at < this.#pieces.length) throw new NotDecidable('an {{ end }} without a beginning');
    return nodes;
  }

  /** Everything up to `end` or `else`, which stays. */
  #body(): TemplateNode[] {
    const nodes: TemplateNode[] = [];
    for (; this.#at < this.#pieces.length; this.#at++) {
      const piece = this.#pieces[this.#at]!;
      if (piece.kind === 'text') {
        nodes.push({ kind: 'text', start: piece.start, end: piece.end });
        continue;
      }
      const word = /^\w+/.exec(piece.code)?.[0] ?? '';
      if (word === 'end' || word === 'else') return nodes;
      nodes.push(...this.#action(piece, word));
    }
    return nodes;
  }

  #action({ code, start }: Piece, word: string): TemplateNode[] {
    const rest = code.slice(word.length);
    if (word === 'if' || word === 'with' || word === 'range')
      return [{ kind: word, start, branches: this.#branches(rest) }];
    if (word === 'define') {
      this.#at++;
      const body = this.#body();
      this.#close();
      this.#parts.set(nameIn(rest), body);
      return [];
    }
    if (word === 'break' || word === 'continue') return [{ kind: word }];
    if (word === 'block') throw new NotDecidable(`the action ${word}`);
    return [{ kind: 'action', start, pipeline: pipelineOf(word === 'template' ? `include${rest}` : code) }];
  }

  #branches(condition: string): Branch[] {
    const branches: Branch[] = [];
    for (let code: string | undefined = condition; ; ) {
      this.#at++;
      branches.push({ pipeline: code === undefined ? undefined : pipelineOf(code), body: this.#body() });
      const next = this.#pieces[this.#at]?.code ?? '';
      if (!/^else\b/.test(next)) break;
      code = /^else\s+(?:if|with)\b([\s\S]*)$/.exec(next)?.[1];
    }
    this.#close();
    return branches;
  }

  #close(): void {
    if (!/^end\b/.test(this.#pieces[this.#at]?.code ?? '')) throw new NotDecidable('an action without {{ end }}');
  }
}

const nameIn = (text: string): string => /["`]([^"`]*)["`]/.exec(text)?.[1] ?? '';

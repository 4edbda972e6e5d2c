/**
 * Renders Helm templates with known values: as much of the language as depends on the values only. What depends on
 * anything else becomes a variable that nobody knows, or is left out and noted as open; nothing is guessed.
 */
import type { Origin, Source } from '../text/source.ts';
import { type Expression, nameOf, type Pipeline, writesLines } from './expression.ts';
import { changedMap, functions, isTrue, written } from './functions.ts';
import { OpenSettings } from './open.ts';
import { Output } from './output.ts';
import { Scope } from './scope.ts';
import type { Branch, Template, TemplateNode } from './syntax.ts';
import {
  type Data,
  type DataMap,
  isUnknown,
  itemsOf,
  member,
  NotDecidable,
  unknownValue,
  type Value,
} from './value.ts';

/** A template with the file that it stands in. */
export interface TemplateFile {
  readonly source: Source;
  readonly template: Template;
}

/** A named part, for `include`. */
interface Part {
  readonly file: TemplateFile;
  readonly body: readonly TemplateNode[];
}

interface RenderedTemplate {
  /** The output; its places are those of the template and of the values. */
  readonly source: Source;
  readonly open: OpenSettings;
  /** What is not known, where a branch was left out for it. */
  readonly reason: string | undefined;
}

/** Functions that leave a value what it is, so that its place is that of their result. */
const keepsValue = new Set(
  'default coalesce quote squote toString int int64 float64 required toYaml toJson indent nindent trim'.split(' '),
);

/** Deeper than any helper that calls helpers; a part that includes itself ends here. */
const mostDepth = 40;

export class Renderer {
  readonly #parts = new Map<string, Part>();
  readonly #root: DataMap;
  /** Whether the values are only defaults: a branch that is not taken may be taken by the chart's user. */
  readonly #isOpen: boolean;
  #open: OpenSettings;
  #depth = 0;
  #reason: string | undefined;

  /** @param root `Values`, `Release`, `Chart` … */
  constructor(files: readonly TemplateFile[], root: DataMap, isOpen: boolean) {
    this.#root = root;
    this.#isOpen = isOpen;
    this.#open = new OpenSettings(isOpen);
    for (const file of files) for (const [name, body] of file.template.parts) this.#parts.set(name, { file, body });
  }

  /** @throws NotDecidable where the output as a whole depends on what is not known */
  render(file: TemplateFile): RenderedTemplate {
    this.#open = new OpenSettings(this.#isOpen);
    this.#reason = undefined;
    const output = new Output();
    this.#write(file, file.template.nodes, output, new Scope(this.#root));
    // A chart that deploys nothing with its defaults is judged as if it were switched on.
    if (this.#isOpen && output.text.trim() === '') {
      this.#write(file, switchedOn(file.template.nodes), output, new Scope(this.#root));
      // What switches it on may set anything else too.
      this.#open.addAny();
    }
    return { source: output.sourceFor(file.source), open: this.#open, reason: this.#reason };
  }

  #write(file: TemplateFile, nodes: readonly TemplateNode[], output: Output, scope: Scope): void {
    for (const node of nodes) {
      if (node.kind === 'text') output.copy(file.source, node.start, node.end);
      else if (node.kind === 'action') this.#act(file, node.pipeline, node.start, output, scope);
      else if (node.kind === 'range') this.#range(file, node.branches, output, scope);
      else if (node.kind === 'break' || node.kind === 'continue') throw new LeftLoop(node.kind);
      else if ('branches' in node) this.#choose(file, node.kind, node.branches, output, scope);
    }
  }

  #act(file: TemplateFile, pipeline: Pipeline, start: number, output: Output, scope: Scope): void {
    let value: Value;
    try {
      value = this.#valueOf(pipeline.value, scope);
    } catch (error) {
      if (!(error instanceof NotDecidable) || error instanceof Refused) throw error;
      this.#reason ??= error.message;
      // Lines that nobody knows, and not a value behind a key.
      if (pipeline.names.length === 0 && writesLines(pipeline.value)) {
        this.#open.addAny();
        return;
      }
      value = { data: unknownValue(error.message.replace(/^the \w+ /, '')) };
    }
    const [name] = pipeline.names;
    if (name !== undefined) {
      scope.set(name, value, pipeline.isDeclared);
      return;
    }
    const at: Origin = value.at ?? { source: file.source, offset: start };
    const isValue = value.at !== undefined;
    const isNothing = value.data === undefined || (this.#isOpen && value.data === 'null');
    if (!output.isAtLineStart)
      output.write(isNothing ? unknownValue(nameOf(pipeline.value)) : written(value.data), at, isValue);
    else if (isUnknown(value.data) && !/[:\n]/.test(written(value.data).replaceAll('${', ''))) this.#open.addAny();
    else if (!isNothing) output.write(written(value.data), at, isValue);
    else if (this.#isOpen) this.#open.addAny();
  }

  #choose(file: TemplateFile, kind: 'if' | 'with', branches: readonly Branch[], output: Output, scope: Scope): void {
    const taken = this.#taken(branches, scope);
    for (const branch of branches)
      if (branch !== taken?.branch && (taken === undefined || this.#isOpen))
        this.#open.addBranch(file.template.text, branch.body, output.isAtLineStart);
    if (!taken) return;
    const { branch, value } = taken;
    const inner = scope.within(kind === 'with' && branch.pipeline ? value : scope.dot);
    const [name] = branch.pipeline?.names ?? [];
    if (name !== undefined) inner.set(name, value, true);
    this.#write(file, branch.body, output, inner);
  }

  /** The branch whose condition holds; undefined where none does, or where it is not decidable which. */
  #taken(branches: readonly Branch[], scope: Scope): { branch: Branch; value: Value } | undefined {
    try {
      for (const branch of branches) {
        const value = branch.pipeline ? this.#valueOf(branch.pipeline.value, scope) : { data: true };
        if (isTrue(value.data)) return { branch, value };
      }
    } catch (error) {
      this.#keepReason(error);
      return undefined;
    }
    return branches.length > 0 ? { branch: { pipeline: undefined, body: [] }, value: { data: undefined } } : undefined;
  }

  /** Notes why a branch is left out. */
  #keepReason(error: unknown): void {
    if (!(error instanceof NotDecidable) || error instanceof Refused) throw error;
    this.#reason ??= error.message;
  }

  #range(file: TemplateFile, [loop, otherwise]: readonly Branch[], output: Output, scope: Scope): void {
    const { names, value: expression } = loop!.pipeline!;
    let over: Value | undefined;
    try {
      over = this.#valueOf(expression, scope);
    } catch (error) {
      this.#keepReason(error);
    }
    const items = over && itemsOf(over);
    if (!items || (items.length === 0 && this.#isOpen))
      this.#open.addBranch(file.template.text, loop!.body, output.isAtLineStart);
    if (!items) return;
    if (items.length === 0 && otherwise) this.#write(file, otherwise.body, output, scope.within(scope.dot));
    for (const [key, item] of items) {
      const inner = scope.within(item);
      if (names.length === 1) inner.set(names[0]!, item, true);
      if (names.length === 2) {
        inner.set(names[0]!, { data: key }, true);
        inner.set(names[1]!, item, true);
      }
      if (this.#loopBody(file, loop!.body, output, inner) === 'break') return;
    }
  }

  /** @returns how the body was left, where it did not come to its end */
  #loopBody(
    file: TemplateFile,
    body: readonly TemplateNode[],
    output: Output,
    scope: Scope,
  ): LeftLoop['how'] | undefined {
    try {
      this.#write(file, body, output, scope);
      return undefined;
    } catch (error) {
      if (error instanceof LeftLoop) return error.how;
      throw error;
    }
  }

  #valueOf(expression: Expression, scope: Scope): Value {
    switch (expression.kind) {
      case 'literal':
        return { data: expression.value };
      case 'dot':
        return scope.dot;
      case 'variable':
        return expression.name === '' ? { data: scope.root } : scope.get(expression.name);
      case 'field':
        return member(this.#valueOf(expression.of, scope), expression.name);
      default:
        return this.#call(expression, scope);
    }
  }

  #call({ name, of, args }: Extract<Expression, { kind: 'call' }>, scope: Scope): Value {
    if (of) throw new NotDecidable(`the method ${name}`);
    if (name === 'and' || name === 'or') return this.#lazily(name, args, scope);
    const values = args.map((arg) => this.#valueOf(arg, scope));
    if (name === 'include') return { data: this.#include(values) };
    if (name === 'tpl') return this.#tpl(values);
    if (name === 'fail') throw new Refused(written(values[0]?.data));
    if (name === 'set' || name === 'unset') return changedMap(name, values);
    const work = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!work) throw new NotDecidable(`the function ${name}`);
    const data = work(...values.map((value) => value.data));
    const at = keepsValue.has(name) ? values.findLast((value) => value.at !== undefined)?.at : undefined;
    // Nothing that is quoted is still nothing.
    const isNothing =
      (name === 'quote' || name === 'squote') && data === '' && values.every((v) => v.data === undefined);
    return { data: isNothing ? undefined : data, at };
  }

  #lazily(name: 'and' | 'or', args: readonly Expression[], scope: Scope): Value {
    let value: Value = { data: undefined };
    for (const arg of args) {
      value = this.#valueOf(arg, scope);
      if (isTrue(value.data) === (name === 'or')) return value;
    }
    return value;
  }

  #include([name, dot]: readonly Value[]): string {
    const part = this.#parts.get(written(name?.data));
    if (!part) throw new NotDecidable(`the template ${written(name?.data)}`);
    return this.#inside(part.file, part.body, dot?.data);
  }

  /** A text of the values that is a template itself; without actions it is itself. */
  #tpl([text]: readonly Value[]): Value {
    if (/\{\{/.test(written(text?.data))) throw new NotDecidable('tpl');
    return text ?? { data: undefined };
  }

  #inside(file: TemplateFile, body: readonly TemplateNode[], dot: Data): string {
    if (this.#depth > mostDepth) throw new NotDecidable('a template that includes itself');
    this.#depth++;
    try {
      const output = new Output(true);
      this.#write(file, body, output, new Scope(dot));
      return output.text;
    } finally {
      this.#depth--;
    }
  }
}

/** Thrown where a chart refuses its values (`fail`). */
class Refused extends NotDecidable {}

/** Ends a loop, or its current item: `{{ break }}` and `{{ continue }}`. */
class LeftLoop extends Error {
  readonly how: 'break' | 'continue';
  constructor(how: 'break' | 'continue') {
    super(how);
    this.how = how;
  }
}

/** The nodes of a template with the first branch of each outermost condition taken. */
function switchedOn(nodes: readonly TemplateNode[]): TemplateNode[] {
  return nodes.flatMap((node) => (node.kind === 'if' ? [...node.branches[0]!.body] : [node]));
}

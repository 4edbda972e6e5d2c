/** Settings that the values of a chart may add: those in branches of a template that were not taken. */
import type { TemplateNode } from './syntax.ts';

export class OpenSettings {
  readonly #names = new Set<string>();
  /** A branch writes lines whose keys nobody knows: any setting may be among them. */
  #any = false;
  /** Whether the values are defaults of the chart: what an action wrote may be more with other values. */
  readonly isDefault: boolean;

  constructor(isDefault: boolean) {
    this.isDefault = isDefault;
  }

  /** Whether a setting of this name, which the output lacks, may be there with other values. */
  has(name: string): boolean {
    return this.#any || this.#names.has(name);
  }
  get isEmpty(): boolean {
    return !this.#any && this.#names.size === 0;
  }

  addAny(): void {
    this.#any = true;
  }

  /**
   * The keys that a branch would write.
   * @param isAtLineStart whether it would write lines, and not a value behind a key
   */
  addBranch(text: string, body: readonly TemplateNode[], isAtLineStart: boolean): void {
    if (isAtLineStart && writesUnknownLines(text, body)) this.#any = true;
    this.#addKeys(text, body);
  }

  #addKeys(text: string, body: readonly TemplateNode[]): void {
    for (const node of body)
      if (node.kind === 'text')
        for (const [, key] of text.slice(node.start, node.end).matchAll(/(?:^|\n)[\s-]*([A-Za-z][\w./-]*):/g))
          this.#names.add(key!);
      else if ('branches' in node) for (const branch of node.branches) this.#addKeys(text, branch.body);
  }
}

/** Whether the first thing that a branch writes is an action, and not a key. */
function writesUnknownLines(text: string, body: readonly TemplateNode[]): boolean {
  for (const node of body) {
    if (node.kind === 'text' && text.slice(node.start, node.end).trim() === '') continue;
    if (node.kind === 'text') return false;
    if ('branches' in node) return node.branches.some((branch) => writesUnknownLines(text, branch.body));
    if (node.kind === 'action' && node.pipeline.names.length === 0) return true;
  }
  return false;
}

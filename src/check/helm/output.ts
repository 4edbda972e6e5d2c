/** What a template writes, with the place that each piece of it comes from. */
import type { Origin, Source } from '../text/source.ts';

interface Segment {
  /** Where it begins in the output. */
  readonly start: number;
  readonly origin: Origin;
  /** Whether it stands in the template as it is in the output: text between actions. */
  readonly isText: boolean;
  /** Whether the place is that of a value, and not of the action that writes it. */
  readonly isValue: boolean;
}

export class Output {
  #text = '';
  readonly #segments: Segment[] = [];
  readonly #isInline: boolean;

  /** @param isInline whether the output is that of an `include`, which may go behind a key */
  constructor(isInline = false) {
    this.#isInline = isInline;
  }

  /** Text of the template. */
  copy(source: Source, start: number, end: number): void {
    this.#segments.push({ start: this.#text.length, origin: { source, offset: start }, isText: true, isValue: false });
    this.#text += source.text.slice(start, end);
  }

  /** What an action writes: a value with its place, or the place of the action. */
  write(text: string, origin: Origin, isValue: boolean): void {
    if (text === '') return;
    this.#segments.push({ start: this.#text.length, origin, isText: false, isValue });
    this.#text += text;
  }

  /** Whether the line that is being written is still blank: what comes next is lines, and no value behind a key. */
  get isAtLineStart(): boolean {
    return (this.#isInline ? /\n[ \t]*$/ : /(?:^|\n)[ \t]*$/).test(this.#text);
  }
  get text(): string {
    return this.#text;
  }
  /** The output as the text of a file, whose places are those of the templates and values. */
  sourceFor(template: Source): Source {
    const segments = this.#segments;
    return {
      file: template.file,
      text: this.#text,
      from: {
        template,
        originOf: (offset) => originIn(segments, offset) ?? { source: template, offset: 0 },
        isComputed: (offset) => segments[indexIn(segments, offset)]?.isText === false,
        valueIn: (start, end) => {
          const nth = indexIn(segments, start);
          return segments[nth]?.isValue && indexIn(segments, end - 1) === nth ? segments[nth].origin : undefined;
        },
      },
    };
  }
}

function originIn(segments: readonly Segment[], offset: number): Origin | undefined {
  const segment = segments[indexIn(segments, offset)];
  if (!segment) return undefined;
  const { source, offset: start } = segment.origin;
  return { source, offset: segment.isText ? start + offset - segment.start : start };
}

/** The last segment that begins at or before an offset; of several at one place, the last. */
function indexIn(segments: readonly Segment[], offset: number): number {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle]!.start <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

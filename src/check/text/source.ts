/** The text of a manifest with the name that findings give it, and places in it. */
import { LineCounter } from 'yaml';

export interface Source {
  /** As the user named it, with `/`; `context/namespace/kind/name.yaml` for an object of a live cluster. */
  readonly file: string;
  readonly text: string;
  /** For what a template renders to: where its places come from. */
  readonly from?: Rendering;
}

/** A place in the text of a file. */
export interface Origin {
  readonly source: Source;
  readonly offset: number;
}

/** Where the output of a template comes from: its own text, and the values of its chart. */
interface Rendering {
  readonly template: Source;
  originOf(offset: number): Origin;
  /** Whether an action of the template wrote what stands there. */
  isComputed(offset: number): boolean;
  /** Where the value is written that is all of the text between two offsets; undefined where it is put together. */
  valueIn(start: number, end: number): Origin | undefined;
}

/** Lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const counters = new WeakMap<Source, LineCounter>();

/** @returns where an offset of the text is; offsets of any document of the file */
export function positionIn(source: Source, offset: number): Position {
  if (source.from) {
    const origin = source.from.originOf(offset);
    return positionIn(origin.source, origin.offset);
  }
  let counter = counters.get(source);
  if (!counter) counters.set(source, (counter = lineCounterOf(source.text)));
  const { line, col } = counter.linePos(offset);
  return { line, column: col };
}

function lineCounterOf(text: string): LineCounter {
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) counter.addNewLine(at + 1);
  return counter;
}

/** `a.yaml:3:7`, for messages. */
export function placeIn(source: Source, offset: number): string {
  const { line, column } = positionIn(source, offset);
  return `${source.file}:${line}:${column}`;
}

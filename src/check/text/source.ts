/** The text of a manifest with the name that findings give it, and places in it. */
import { LineCounter } from 'yaml';

export interface Source {
  /** As the user named it, with `/`; `context/namespace/kind/name.yaml` for an object of a live cluster. */
  readonly file: string;
  readonly text: string;
}

/** Lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const counters = new WeakMap<Source, LineCounter>();

/** @returns where an offset of the text is; offsets of any document of the file */
export function positionIn(source: Source, offset: number): Position {
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

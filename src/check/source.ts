/** Text of a manifest with the name that findings give it, and places in it. */
import { LineCounter } from 'yaml';

export interface Source {
  /** As the user named it, with `/`; `cluster:…` for what was fetched from a live cluster. */
  readonly file: string;
  readonly text: string;
}

/** Lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A line counter over the whole text, so that offsets of any of its documents can be looked up. */
export function lineCounterOf(text: string): LineCounter {
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) counter.addNewLine(at + 1);
  return counter;
}

/** @returns where an offset of the text is */
export function positionAt(counter: LineCounter, offset: number): Position {
  const { line, col } = counter.linePos(offset);
  return { line, column: col };
}

/**
 * What the two ends say to each other. Ours writes lines to the container’s standard input; the end of it means that we
 * are gone, however we went, and the container stops. The other end writes lines that begin with a control character
 * among what the drill prints.
 */

/** What the program inside is started with, as JSON. */
export interface Order {
  /** The command line to run. */
  readonly words: readonly string[];
  /** A file that only the machine’s own folder holds: how the program inside knows that the folder is that one. */
  readonly proof: string;
  /** The checkout whose program asked, as it is named inside: its scenarios import its sources. Undefined for a package. */
  readonly checkout?: string;
  /** Owner of the files that are made, as `chown` takes it; undefined where the engine sees to it. */
  readonly owner?: string;
  /** Folders whose new files go to that owner. */
  readonly folders: readonly string[];
  /** Columns and rows of the terminal; undefined where there is none. */
  readonly terminal?: readonly [number, number];
}

export const mark = '\u001e';

/** From the container: it is up, and sees the machine’s folder or does not; or the command has ended. */
export type Report = { readonly ready: true; readonly visible: boolean } | { readonly ended: number };

/** To the container. */
export const go = 'go';
export const interrupt = 'interrupt';

/** Takes the control lines out of a stream of text, however it is cut into pieces. */
export class Splitter {
  #held = '';

  /** @returns what to print, and the reports in it */
  push(piece: string): { text: string; reports: Report[] } {
    const reports: Report[] = [];
    let text = '';
    let rest = this.#held + piece;
    for (;;) {
      const start = rest.indexOf(mark);
      if (start < 0) break;
      const end = rest.indexOf('\n', start);
      text += rest.slice(0, start);
      if (end < 0) {
        this.#held = rest.slice(start);
        return { text, reports };
      }
      reports.push(JSON.parse(rest.slice(start + 1, end)) as Report);
      rest = rest.slice(end + 1);
    }
    this.#held = '';
    return { text: text + rest, reports };
  }
}

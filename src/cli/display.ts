/** What a user sees of a running drill: a live picture on a terminal, plain lines anywhere else. */
import { createLogUpdate } from 'log-update';
import type { JournalEvent } from '../journal/event.ts';
import { isShownOnTerminal } from '../log/terminal.ts';
import { printable } from '../printable.ts';
import { colorAllowed, renderLive } from '../report/live.ts';
import { follow, type LiveState, liveStart } from '../report/live-state.ts';
import { changeLines, plainLine } from '../report/plain.ts';
import { say } from './say.ts';

export interface Display extends Disposable {
  readonly onStep: (text: string) => void;
  readonly onEvent: (event: JournalEvent) => void;
}

/** A picture that is redrawn four times a second where standard output is a terminal; plain lines elsewhere, and beside a log. */
export const openDisplay = (title: string): Display =>
  process.stdout.isTTY && !process.env.CI && !isShownOnTerminal() ? openLive(title) : openPlain(title);

function openPlain(title: string): Display {
  const started = performance.now();
  say(title);
  let state = liveStart;
  return {
    onStep: (text) => say(`${((performance.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${text}`),
    onEvent: (event) => {
      const line = plainLine(event);
      if (line) say(line);
      const next = follow(state, event);
      for (const change of changeLines(state, next)) say(change);
      state = next;
    },
    [Symbol.dispose]: () => {},
  };
}

const redrawEveryMs = 250;

function openLive(title: string): Display {
  const draw = createLogUpdate(process.stdout);
  const started = performance.now();
  const color = colorAllowed(process.env, true);
  let state: LiveState = liveStart;
  let step = '';
  let ended = false;
  /** When the newest line came, to go on counting between lines. */
  let heardMs = started;
  const redraw = () => {
    const nowUs = state.lastUs + (performance.now() - heardMs) * 1_000;
    const columns = process.stdout.columns ?? 80;
    const picture = state.lanes.length > 0 ? renderLive(state, { nowUs, columns, color }) : printable(title);
    const elapsed = Math.round((performance.now() - started) / 1_000);
    draw(`${picture}\n${`${elapsed} s · ${step}`.slice(0, columns - 1)}`);
  };
  const timer = setInterval(redraw, redrawEveryMs);
  return {
    onStep: (text) => {
      step = printable(text);
      redraw();
    },
    onEvent: (event) => {
      const { lastUs } = state;
      state = follow(state, event);
      if (state.lastUs > lastUs) heardMs = performance.now();
    },
    [Symbol.dispose]: () => {
      // A second end would draw the last picture again, below what was printed since.
      if (ended) return;
      ended = true;
      clearInterval(timer);
      redraw();
      draw.done();
    },
  };
}

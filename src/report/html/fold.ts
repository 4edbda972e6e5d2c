/** A part of the appendix: folded away behind one line that says what it holds. A link to anything in it opens it. */
import { html, type Markup, type Piece } from '../../markup.ts';

export interface Fold {
  readonly id: string;
  readonly title: string;
  /** What a reader learns without opening it. */
  readonly says?: Piece;
  readonly body: Piece;
  /** Open on paper, whatever it is on the screen. */
  readonly onPaper?: boolean;
}

export const fold = ({ id, title, says, body, onPaper }: Fold): Markup =>
  html`<details id="${id}" class="fold${onPaper && ' on-paper'}"><summary><h2>${title}</h2>${says && html`<span class="says">${says}</span>`}</summary><div class="folded">${body}</div></details>`;

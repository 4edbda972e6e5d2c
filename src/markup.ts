/** HTML and SVG as text that cannot be broken out of: whatever is put into a template is escaped unless it is markup. */

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text for HTML and XML, in content and in quoted attributes. Characters that XML forbids, and those that reverse the
 * direction of text or end a line in secret, become U+FFFD; no line
 * begins with `::` or holds `##[`, which a CI system that logs the text would obey.
 */
export const escapeText = (text: string): string =>
  text
    .replace(/[&<>"']/g, (character) => entities[character]!)
    .replace(/[^\P{Cc}\t\n\r]|\p{Cs}|\p{Bidi_Control}|[\u2028\u2029\ufffe\uffff]/gu, '\ufffd')
    .replace(/^(\s*):(?=:)/gm, '$1&#58;')
    .replace(/##(?=\[|vso\[|teamcity\[)/g, '#&#35;');

/** A piece of finished HTML. Only `html` and `raw` make it. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Piece = Markup | string | number | null | undefined | false | readonly Piece[];

const textOf = (piece: Piece): string => {
  if (piece instanceof Markup) return piece.text;
  if (Array.isArray(piece)) return piece.map(textOf).join('');
  if (piece === null || piece === undefined || piece === false) return '';
  return escapeText(String(piece));
};

/** Template tag: `` html`<b>${name}</b>` ``. Strings and numbers are escaped, lists joined, `undefined` and `false` left out. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  let text = strings[0]!;
  for (let i = 0; i < pieces.length; i++) text += textOf(pieces[i]) + strings[i + 1]!;
  return new Markup(text);
}

/** Text that is known to be safe: style sheets, scripts and path data of our own. */
export const raw = (text: string): Markup => new Markup(text);

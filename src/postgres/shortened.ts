/** Texts that came from a database, for reports. Pure. */

/** In characters. More than any usual answer, and too few for a table in one text. */
const most = 500;

/** @returns the text, or its beginning with how long it was */
export const shortened = (text: string): string =>
  text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;

/**
 * Makes text from outside safe to print: names of manifests, of a cluster, of a journal, words of servers. Pure.
 *
 * A terminal obeys control characters, and a CI system obeys lines that begin with `::`, `##[` or `##vso[`.
 */

/** Control and format characters, among them the marks that reverse the direction of text, and separators of lines. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** GitHub's, Azure's and TeamCity's commands, which count at the beginning of a line or anywhere in it. */
const commands = [
  [/^(\s*):(?=:)/, '$1: '],
  [/##(?=\[|vso\[|teamcity\[)/g, '## '],
] as const;

/** One line: line breaks become spaces, other control characters are shown as `\x1b`, and no line is a command. */
export function printable(text: string): string {
  const line = text.replace(/[\t ]*[\r\n]+\s*/g, ' ').replace(hidden, shown);
  return commands.reduce((result, [command, harmless]) => result.replace(command, harmless), line);
}

function shown(character: string): string {
  if (character === '\t') return ' ';
  const code = character.codePointAt(0)!;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** JSON of the same value, without control characters and commands: each is written as its escape. */
export const printableJson = (value: unknown, indent?: number): string =>
  harmlessJson(JSON.stringify(value, null, indent));

/** The same of JSON that is text already. What is hidden outside of strings is its line breaks and tabs. */
export const harmlessJson = (text: string): string =>
  text.replace(/##(?=\[|vso\[|teamcity\[)/g, '#\\u0023').replace(/[^\P{Cc}\n\r\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);

/** As JSON writes it: an escape for each half of what is beyond the basic plane. */
const escaped = (character: string): string =>
  character.replace(/./gs, (half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`);

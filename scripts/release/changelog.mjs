/**
 * The text of one version in the changelog, without its heading.
 * @param {string} text CHANGELOG.md
 * @param {string} version
 * @returns {string | undefined} undefined where the changelog has no such section, an empty one, or one still marked (unreleased)
 */
export function sectionOf(text, version) {
  const lines = text.split('\n');
  const start = lines.findIndex(
    (line) => line.split(/\s+/)[0] === '##' && line.split(/\s+/)[1]?.replace(/^v/, '') === version,
  );
  if (start < 0 || lines[start].includes('(unreleased)')) return undefined;
  const end = lines.findIndex((line, at) => at > start && line.startsWith('## '));
  return (
    lines
      .slice(start + 1, end < 0 ? undefined : end)
      .join('\n')
      .trim() || undefined
  );
}

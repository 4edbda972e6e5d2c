// Refuses a tag that is not the version of package.json, or that the changelog does not describe.
//   node scripts/release/check-tag.mjs v1.2.3
import { readFileSync } from 'node:fs';
import { sectionOf } from './changelog.mjs';

const tag = process.argv[2] ?? '';
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
if (tag !== `v${version}`) fail(`expected the tag v${version}, which package.json names, but got "${tag}"`);
if (!sectionOf(readFileSync('CHANGELOG.md', 'utf8'), version))
  fail(
    `expected a section "## ${version}" in CHANGELOG.md that is not marked (unreleased), but found none: describe the release there`,
  );
console.log(`${tag} is the version of package.json and is in the changelog`);

function fail(sentence) {
  console.error(`release: ${sentence}`);
  process.exit(1);
}

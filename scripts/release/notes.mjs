// Prints the release notes of a tag: its section of the changelog.   node scripts/release/notes.mjs v1.2.3
import { readFileSync } from 'node:fs';
import { sectionOf } from './changelog.mjs';

const version = (process.argv[2] ?? '').replace(/^v/, '');
const section = sectionOf(readFileSync('CHANGELOG.md', 'utf8'), version);
if (!section) {
  console.error(`release: CHANGELOG.md has no section for "${version}"`);
  process.exit(1);
}
console.log(section);

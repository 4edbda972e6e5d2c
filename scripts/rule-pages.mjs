// Writes docs/rules from the rules of `pgdrill check`: npm run docs:rules
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { pagesOf } from '../src/check/pages/write.ts';
import { rules } from '../src/check/rules/index.ts';

rmSync('docs/rules', { recursive: true, force: true });
mkdirSync('docs/rules', { recursive: true });
for (const [name, text] of pagesOf(rules)) writeFileSync(`docs/rules/${name}`, text);

/** Folders beside what is deployed: examples, tests, archives and old copies. */
import { dirname } from 'node:path';

const examples = /^(?:examples?|samples?|docs?|templates?)$/i;
const unused =
  /^[._]?(?:hack|tests?|testing|testdata|e2e|fixtures|archived?|attic|graveyard|old|deprecated|disabled|unused|removed|retired|legacy|bak)$/i;

/**
 * What the folder of a file is for, by its name: `unused` is for tests, archives and old copies.
 * @param root the folder that all files share: what is above it, and the folder that was named, say nothing
 */
export function asideIn(path: string, root: string): 'examples' | 'unused' | undefined {
  const steps = dirname(path).slice(root.length).split('/');
  if (steps.some((step) => unused.test(step))) return 'unused';
  return steps.some((step) => examples.test(step)) ? 'examples' : undefined;
}

/** The deepest folder that holds all of these files. */
export function commonFolder(paths: readonly string[]): string {
  const [first = [], ...rest] = paths.map((path) => dirname(path).split('/'));
  const differs = first.findIndex((step, nth) => rest.some((other) => other[nth] !== step));
  return (differs < 0 ? first : first.slice(0, differs)).join('/');
}

import type { Check } from './check.ts';

/** The program has refused an older Node.js before this runs: see `src/cli/main.ts`. */
export const node: Check = {
  name: 'Node.js',
  look: async () => ({ state: 'ok', text: `${process.version} for ${process.platform}/${process.arch}` }),
};

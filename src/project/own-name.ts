/** `import { scenario } from 'pgdrill'` in a user’s file means this very program, however it was started. */
import { registerHooks } from 'node:module';

/** Whether these are the sources of a checkout; a package is compiled. */
export const isCheckout = import.meta.url.endsWith('.ts');

/** What a user types to call this program here. */
export const ownCommand = isCheckout ? 'npm run -s pgdrill --' : 'npx pgdrill';

const ownIndex = new URL(isCheckout ? '../index.ts' : '../index.js', import.meta.url).href;
let answering = false;

/**
 * From now on the name `pgdrill` resolves to the modules that are running. Without this, `npx` from another folder would
 * not find it, and a second copy in the user’s `node_modules` would be another program with other registries.
 */
export function answerToOwnName(): void {
  if (answering) return;
  answering = true;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'pgdrill' ? { url: ownIndex, shortCircuit: true } : next(specifier, context),
  });
}

/** `import { scenario } from 'pgdrill'` in a user’s file means this very program, however it was started. */
import { registerHooks } from 'node:module';
import { basename } from 'node:path';
import { didYouMean } from '../errors.ts';

/** Whether these are the sources of a checkout; a package is compiled. */
export const isCheckout = import.meta.url.endsWith('.ts');

const plugin = 'kubectl pgdrill';

/**
 * What the program calls itself: `kubectl pgdrill` where kubectl started it as a plugin, by the name of its file.
 * @param script the file that was started, as it was called
 * @param command what PGDRILL_COMMAND holds, which the single file sets
 */
export const nameOf = (script: string | undefined, command: string | undefined): 'pgdrill' | typeof plugin =>
  command === plugin || (script && /^kubectl-pgdrill(\.\w+)?$/.test(basename(script))) ? plugin : 'pgdrill';

export const ownName = nameOf(process.argv[1], process.env.PGDRILL_COMMAND);

/** What a user types to call this program here. */
export const ownCommand =
  process.env.PGDRILL_COMMAND ??
  (ownName === plugin ? plugin : isCheckout ? 'npm run -s pgdrill --' : 'npx --no -- pgdrill');

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

/** Names of the sources, and of older versions, by what the package calls them. */
const renamed: Readonly<Record<string, string>> = { runDrill: 'run', defineScenario: 'scenario' };

/**
 * What a user's file imports from this program and does not get, in a sentence with the name to use.
 * @param message the error of its import; @returns undefined for other errors
 */
export async function missingExport(message: string): Promise<string | undefined> {
  const [, from, name] = /module '([^']+)' does not provide an export named '([^']+)'/.exec(message) ?? [];
  if (name === undefined || (from !== 'pgdrill' && !ownIndex.endsWith(from!.replace(/^(\.\.?\/)+/, '/'))))
    return undefined;
  const known = Object.keys((await import(ownIndex)) as object);
  const now = renamed[name];
  return `it imports ${name} from pgdrill, which does not export it${now ? `; it is called ${now}` : didYouMean(name, known)}`;
}

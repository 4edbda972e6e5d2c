/**
 * Modules of this program find each other without a look at the disk, and zod is loaded without its sixty languages: half of
 * what a short command does is to resolve the paths of modules.
 */
import { registerHooks } from 'node:module';

const own = new URL('../', import.meta.url).href;
/** Of a checkout, its sources; of the package, what was compiled from them. */
const format = import.meta.url.endsWith('.ts') ? 'module-typescript' : 'module';
const nothing = 'data:text/javascript,';
/** Its modules, most of those that a short command loads. */
const inZod = /\/node_modules\/zod\/(index|v4\/.*)\.js$/;
/** What exports the languages beside all else. */
const ofZod = /\/zod\/v4\/(classic\/external|core\/index)\.js$/;

/** The URL of a relative import, which has an extension in a module; undefined for any other, which Node.js resolves. */
export function quickly(
  specifier: string,
  parentUrl: string,
): { readonly url: string; readonly format: string } | undefined {
  if (specifier === '../locales/index.js' && ofZod.test(parentUrl)) return { url: nothing, format: 'module' };
  if (!/^\.\.?\/.*\.[jt]s$/.test(specifier)) return undefined;
  const url = new URL(specifier, parentUrl).href;
  if (parentUrl.startsWith(own)) return { url, format };
  return inZod.test(parentUrl) ? { url, format: 'module' } : undefined;
}

export const quickImports = (): void =>
  void registerHooks({
    resolve(specifier, context, next) {
      const found = context.parentURL === undefined ? undefined : quickly(specifier, context.parentURL);
      return found ? { ...found, shortCircuit: true } : next(specifier, context);
    },
  });

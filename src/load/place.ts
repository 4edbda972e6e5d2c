/** Where the modules of this folder are that run in a process or thread of their own. */

/** The URL of a module beside this one: `.ts` in a checkout, `.js` where it was compiled. */
export const sibling = (name: 'main' | 'thread'): URL =>
  new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

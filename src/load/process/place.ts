/** Where modules are that run in a process or thread of their own. */

/** The command that runs `argv` where the clients live. */
export type ClientArgv = (argv: readonly string[]) => readonly string[];

/** The URL of a module beside another: `.ts` in a checkout, `.js` where it was compiled. @param module its `import.meta.url` */
export const beside = (module: string, name: string): URL =>
  new URL(`./${name}${module.endsWith('.ts') ? '.ts' : '.js'}`, module);

/** The load process in an image of pgdrill, whatever this process was started from: the Dockerfile copies it there. */
export const loadInImage: readonly string[] = ['node', '/app/scripts/load.mjs'];

export const sibling = (name: 'main' | 'thread'): URL => beside(import.meta.url, name);

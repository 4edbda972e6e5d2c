import { access, constants } from 'node:fs/promises';
import type { Check, Finding } from './check.ts';

/** Runs are written below the folder that the command is called in, unless --out names another. */
export const folder: Check = {
  name: 'this folder',
  look: async (): Promise<Finding> =>
    access('.', constants.W_OK).then(
      () => ({ state: 'ok', text: `runs are written below ${process.cwd()}` }),
      () => ({
        state: 'missing',
        text: `${process.cwd()} cannot be written to: use another folder, or name one with --out`,
      }),
    ),
};

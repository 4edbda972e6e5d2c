/** The command line as it was called, for a command that is handed over whole to a container. */
let last: readonly string[] = [];

export const remember = (words: readonly string[]): void => void (last = words);
export const words = (): readonly string[] => last;

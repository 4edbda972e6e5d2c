/** The names of the profiles alone, for options of the command line that need nothing else of a cluster. */

/** Each allows what the one before it allows. */
export const profiles = ['observe', 'platform', 'node'] as const;
export type Profile = (typeof profiles)[number];

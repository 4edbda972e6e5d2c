/** Planted defects that a run may pass with, each with the reason: they change nothing that is evidence for a limit. */
export const harmless: readonly (readonly [pattern: RegExp, why: string])[] = [];

/** A look comes every 100 ms, and events of a log are reported with the look that found them. */
export const lookUs = 100_000;

/** What is up now, and how to undo it: survives the harness. `PGDRILL_STATE` moves it. */
export const stateFolder = (): string => process.env.PGDRILL_STATE || '/var/lib/pgdrill';

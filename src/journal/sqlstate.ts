/** Errors of writes, probes and connections are recorded as `53300 too many connections`: the SQLSTATE first, if one came. */

/** The SQLSTATE of a recorded error; undefined where no server answered. Codes of system errors begin with E. */
export const sqlstateOf = (error: string): string | undefined => /^[0-9A-DF-Z][0-9A-Z]{4}(?= |$)/.exec(error)?.[0];

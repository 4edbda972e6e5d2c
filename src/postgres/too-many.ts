/** PostgreSQL's words for SQLSTATE 53300, as its own log and a pooler's have them. */
const words = /too many clients already|remaining connection slots|too many connections for/;

/** Whether an error, in the words of a log or as `53300 …`, says that the server had no place for a connection. */
export const saysTooMany = (error: string): boolean => error.startsWith('53300') || words.test(error);

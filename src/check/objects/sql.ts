/** As much of SQL as is needed to see which roles a bootstrap's statements create and need. */

export interface Statement {
  /** A DO block or a function: what it does cannot be seen from outside. */
  readonly isProcedural: boolean;
  readonly createsRole: string | undefined;
  readonly createsDatabase: string | undefined;
  readonly needsRoles: readonly string[];
}

const name = '("(?:[^"]|"")+"|[a-z_][\\w$]*)';
const names = `(${name}(?:\\s*,\\s*${name})*)`;
const createRole = new RegExp(`^create\\s+(?:role|user|group)\\s+(?!mapping\\b)${name}`, 'i');
const createDatabase = new RegExp(`^create\\s+database\\s+${name}`, 'i');
const databaseOwner = new RegExp(`^create\\s+database\\b.*\\bowner\\s*=?\\s*${name}`, 'is');
const newOwner = new RegExp(`^alter\\b.*\\bowner\\s+to\\s+${name}`, 'is');
const granted = new RegExp(`^(?:grant|revoke)\\b.*\\b(?:to|from)\\s+(?:group\\s+)?${names}`, 'is');
const authorized = new RegExp(`^create\\s+schema\\b.*\\bauthorization\\s+${name}`, 'is');

/** Splits a text of SQL at its semicolons and reads each statement; comments are left out. */
export function statementsOf(sql: string): Statement[] {
  const isProcedural = /\$\w*\$/.test(sql);
  const plain = sql.replace(/--.*$/gm, ' ').replace(/\/\*[\s\S]*?\*\//g, ' ');
  return plain
    .split(';')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => ({
      isProcedural,
      createsRole: nameIn(createRole, text),
      createsDatabase: nameIn(createDatabase, text),
      needsRoles: rolesNeededBy(text),
    }));
}

function rolesNeededBy(text: string): string[] {
  const list = granted.exec(text)?.[1];
  if (list) return list.split(',').map((role) => unquoted(role.trim()));
  return [databaseOwner, newOwner, authorized]
    .map((pattern) => nameIn(pattern, text))
    .filter((role) => role !== undefined);
}

const nameIn = (pattern: RegExp, text: string): string | undefined => {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : unquoted(found);
};
/** Names are folded to lower case unless quoted. */
const unquoted = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();

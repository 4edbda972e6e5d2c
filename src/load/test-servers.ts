/**
 * For tests whose answers depend on PostgreSQL’s version: the lab’s, the oldest that drills support, and whatever else this machine
 * has installed. One that is missing is skipped with the reason.
 */
import { existsSync, readdirSync } from 'node:fs';
import { describe } from 'mocha';

/** Where Debian’s packages put the programs of each major version. */
const installed = '/usr/lib/postgresql';
/** CloudNativePG 1.30 runs PostgreSQL 14 to 18. */
const oldest = '14';

/** A suite once for each version. @param body gets the folder of the version’s programs; absent for the lab’s */
export function describeOnServers(title: string, body: (this: Mocha.Suite, programs?: string) => void): void {
  const found = existsSync(installed) ? readdirSync(installed).filter((name) => /^\d+$/.test(name)) : [];
  describe(title, body);
  for (const major of [...new Set([oldest, ...found])].sort())
    describe(`${title}, on PostgreSQL ${major}`, function () {
      body.call(this, `${installed}/${major}/bin`);
    });
}

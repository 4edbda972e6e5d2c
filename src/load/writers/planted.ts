/** Which of the drill's tables another role owns, or could have put its own code behind: everybody with CREATE on the database may be first. */
import type { Client } from 'pg';

/** The schema `pgdrill`, or a table of the drill in it, that the role did not make, or that is not a plain table without code. */
export interface Planted {
  /** Absent: the schema. */
  readonly table: string | null;
  /**
   * What has the name of the table, by its letter in `pg_class`: `r` is a plain table. Absent: the schema. Of something else there is
   * more to say (`strangersIn` of the cluster's schema). A text, since clients of the load do not parse types.
   */
  readonly kind: string | null;
  /** Its owner, quoted where it needs to be; absent where the role owns it. */
  readonly owner: string | null;
}

/** A role that does not exist owns nothing, so everything is another's. */
const plantedSql = `
with self as (select (select oid from pg_roles where rolname = coalesce($1::name, current_user)) as oid)
select null::text as table, null::text as kind, nspowner::regrole::text as owner
from pg_namespace, self where nspname = 'pgdrill' and nspowner is distinct from self.oid
union all
select c.relname::text, c.relkind::text, case when c.relowner is distinct from self.oid then c.relowner::regrole::text end
from pg_class c join pg_namespace n on n.oid = c.relnamespace, self
where n.nspname = 'pgdrill' and c.relname = any($2::name[])
  and (c.relkind <> 'r' or c.relowner is distinct from self.oid or c.relhasrules
    or exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal))`;

/**
 * @param client finds names in the catalogue alone
 * @param tables names in the schema `pgdrill`
 * @param role who is to own them; the session's own role where absent
 * @throws PostgreSQL's error
 */
export async function plantedAmong(client: Client, tables: readonly string[], role?: string): Promise<Planted[]> {
  return (await client.query<Planted>(plantedSql, [role ?? null, tables])).rows;
}

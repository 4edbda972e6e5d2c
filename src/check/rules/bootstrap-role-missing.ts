import { cnpg } from '../documentation.ts';
import { appendDocument, removeLines } from '../edit.ts';
import type { Problem, Rule } from '../finding.ts';
import type { Place } from '../manifest.ts';
import { textOf } from '../nodes.ts';
import type { Resource } from '../resource.ts';
import { statementsOf } from '../sql.ts';

/** Roles that exist before any statement of the bootstrap runs. */
const builtIn = new Set(['postgres', 'public', 'current_user', 'session_user', 'current_role']);
/** In the order in which the operator runs them (`ConfigureNewInstance`). */
const lists = ['postInitSQL', 'postInitTemplateSQL', 'postInitApplicationSQL'];

/** `managed.roles` and `DatabaseRole` are made once the cluster runs, after the bootstrap's statements. */
export const bootstrapRoleMissing: Rule = {
  id: 'bootstrap-role-missing',
  severity: 'error',
  title: 'bootstrap names a role that does not exist yet',
  documentation: cnpg('declarative_database_management', 'declarative-database-manifest'),
  *check(inventory) {
    // A cluster that has a primary has its bootstrap behind it.
    for (const cluster of inventory.clusters) if (!cluster.at('status', 'currentPrimary')) yield* problemsOf(cluster);
  },
};

function* problemsOf(cluster: Resource): Generator<Problem> {
  const database = cluster.text('spec', 'bootstrap', 'initdb', 'database') ?? 'app';
  const known = new Set([...builtIn, cluster.text('spec', 'bootstrap', 'initdb', 'owner') ?? database]);
  for (const list of lists)
    for (const item of cluster.items('spec', 'bootstrap', 'initdb', list))
      for (const statement of statementsOf(textOf(item.node) ?? '')) {
        // What such a block creates cannot be known; nothing is claimed of what follows it.
        if (statement.isProcedural) return;
        if (statement.createsRole) known.add(statement.createsRole);
        const missing = statement.needsRoles.find((role) => !known.has(role) && !role.startsWith('pg_'));
        if (missing) yield problem(cluster, item, list, missing, statement.createsDatabase);
      }
}

function problem(cluster: Resource, at: Place, list: string, role: string, database: string | undefined): Problem {
  const path = ['spec', 'bootstrap', 'initdb', list];
  // A list must not be left empty: the API server refuses a null.
  const removal = removeLines(cluster.items(...path).length === 1 ? cluster.at(...path)! : at);
  return {
    resource: cluster,
    at,
    message:
      `${list} runs while the cluster is created, before managed.roles or a DatabaseRole can make ${role}: the ` +
      `statement fails (role "${role}" does not exist) and the bootstrap stops with the cluster incomplete. ` +
      (database
        ? 'A Database object is made when its owner is there.'
        : 'The owner of a Database object has these rights already.'),
    change: database ? [removal, appendDocument(at.manifest, databaseObject(cluster, database, role))] : [removal],
  };
}

function databaseObject(cluster: Resource, database: string, owner: string): object {
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Database',
    metadata: { name: `${cluster.name}-${database.replaceAll('_', '-')}`, namespace: cluster.namespace },
    spec: { name: database, owner, cluster: { name: cluster.name } },
  };
}

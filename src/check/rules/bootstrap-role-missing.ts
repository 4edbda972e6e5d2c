import { type Edit, removeEntry } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Problem, Rule } from '../finding.ts';
import type { AddedObject, Resource } from '../objects/resource.ts';
import { statementsOf } from '../objects/sql.ts';
import type { Place } from '../text/manifest.ts';

/** Roles that exist before any statement of the bootstrap runs. */
const builtIn = new Set(['postgres', 'public', 'current_user', 'session_user', 'current_role']);
/** In the order in which the operator runs them (`ConfigureNewInstance`). */
const lists = ['postInitSQL', 'postInitTemplateSQL', 'postInitApplicationSQL'];

/** `managed.roles` and `DatabaseRole` objects follow once the cluster runs, after the bootstrap's statements. */
export const bootstrapRoleMissing: Rule = {
  id: 'bootstrap-role-missing',
  severity: 'error',
  title: 'bootstrap names a role that does not exist yet',
  documentation: cnpg('declarative_database_management', 'declarative-database-manifest'),
  explanation:
    'The statements of `bootstrap.initdb` run while the cluster is created, before the operator creates the roles of ' +
    '`managed.roles` or of DatabaseRole objects. A statement that needs such a role fails, and the bootstrap stops. ' +
    'A Database object waits for its owner.',
  bad: cluster(`
instances: 1
bootstrap:
  initdb:
    postInitSQL:
      - CREATE DATABASE reports OWNER reports
managed:
  roles:
    - name: reports`),
  check: eachCluster(function* (resource) {
    // A cluster that has a primary has its bootstrap behind it.
    if (!resource.at('status', 'currentPrimary')) yield* problemsOf(resource);
  }),
};

function* problemsOf(resource: Resource): Generator<Problem> {
  const initdb = ['spec', 'bootstrap', 'initdb'];
  const database = resource.text(...initdb, 'database') ?? 'app';
  const known = new Set([...builtIn, resource.text(...initdb, 'owner') ?? database]);
  for (const list of lists)
    for (const item of resource.items(...initdb, list))
      for (const statement of statementsOf(String((item.node as { value?: unknown } | null)?.value ?? ''))) {
        // What such a block creates is not known; the rule claims nothing about what follows it.
        if (statement.isProcedural) return;
        if (statement.createsRole) known.add(statement.createsRole);
        const missing = statement.needsRoles.find((role) => !known.has(role) && !role.startsWith('pg_'));
        if (missing) yield problem(resource, item, list, missing, statement.createsDatabase);
      }
}

/** Roles that the operator creates itself, once the first instance runs. */
const isOperators = (role: string): boolean => role === 'streaming_replica' || role.startsWith('cnpg_');

function problem(resource: Resource, at: Place, list: string, role: string, database: string | undefined): Problem {
  return {
    resource,
    at,
    message:
      `${list} runs while the cluster is created, before ${isOperators(role) ? 'the operator creates' : 'managed.roles or a DatabaseRole can create'} ${role}: the ` +
      `statement fails (role "${role}" does not exist) and the bootstrap stops with the cluster incomplete. ` +
      (database
        ? 'A Database object is created when its owner exists.'
        : isOperators(role)
          ? 'Run the statement once the cluster is ready, if it is still needed then.'
          : 'The owner of a Database object has these rights already.'),
    change: changeOf(resource, at, list, role, database),
  };
}

function changeOf(resource: Resource, at: Place, list: string, role: string, database: string | undefined): Edit[] {
  const path = ['spec', 'bootstrap', 'initdb', list];
  // A list must not be left empty: the API server refuses a null.
  const removal = removeEntry(resource.items(...path).length === 1 ? resource.at(...path)! : at);
  if (!database) return [removal];
  const added = resource.append(databaseObject(resource, database, role));
  return added.length === 0 ? added : [removal, ...added];
}

function databaseObject(resource: Resource, database: string, owner: string): AddedObject {
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Database',
    metadata: {
      name: `${resource.name}-${database.replaceAll('_', '-')}`,
      ...(resource.namespace ? { namespace: resource.namespace } : {}),
    },
    spec: { name: database, owner, cluster: { name: resource.name } },
  };
}

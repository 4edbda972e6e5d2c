import { replaceAt } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster, configMap, pooler, together } from '../example.ts';
import type { Problem, Rule } from '../finding.ts';
import { type HostUse, usesOfHost } from '../objects/endpoints.ts';
import type { Resource } from '../objects/resource.ts';
import type { Setting } from '../objects/settings.ts';
import type { Place } from '../text/manifest.ts';

/** Migrations, dumps and LISTEN need a session of their own, and rightly go round a transaction pooler. */
const directByIntent =
  /migrat|direct|listen|notif|replica|backup|dump|admin|session|superuser|exporter|(?:^| )init|init-?db|owner|probe|health/i;
const batch = new Set(['Job', 'CronJob']);
/** Applications whose documentation asks for session pooling or a direct connection, consoles and monitors. */
const keepsSessions =
  /keycloak|zitadel|immich|synapse|debezium|supabase|temporal|windmill|hasura|sonarqube|authentik|gitlab|discourse|mattermost|pgadmin|servers[-.]json|postgres-exporter|whodb|pgweb|cloudbeaver|adminer|dbgate|gatus|uptime-kuma|blackbox/i;
/** More applications than this are reported together. */
const mostSingly = 5;
const severalUsers = 3;
/** A comment that says it is meant. */
const meant =
  /#.*(?:direct|session|bypass|on purpose|deliberate|intention|without (?:the )?pooler|not through|no pooler)/i;

/** An application that connects to the primary's service though a Pooler serves it. */
export const poolerBypassed: Rule = {
  id: 'pooler-bypassed',
  severity: 'warning',
  title: 'application does not use the pooler',
  documentation: cnpg('connection_pooling', 'architecture'),
  explanation:
    'A Pooler serves the primary, but this application connects to the primary itself. In a failover all its clients ' +
    'reconnect to PostgreSQL at once, and their connections count against `max_connections` beside the pools. The rule ' +
    'leaves out migrations, jobs, applications that are known to keep session state, and settings with a comment that ' +
    'says that the direct connection is meant.',
  bad: together(
    cluster('instances: 1'),
    pooler('instances: 2\npgbouncer:\n  poolMode: transaction'),
    configMap('DATABASE_URL: postgresql://shop@pg-rw:5432/shop'),
  ),
  check: eachCluster(function* (resource, inventory) {
    const [pooler] = inventory.writePoolersOf(resource);
    if (!pooler) return;
    const host = `${resource.name}-rw`;
    const uses = usesOfHost(inventory, host, resource).filter(
      ({ setting, place }) => !isDirectByIntent(setting) && !keepsSessions.test(namesOf(setting)) && !isMeant(place),
    );
    const pooled = new Set(usesOfHost(inventory, pooler.name, pooler).map(({ setting }) => setting.resource));
    // Where several applications use the pooler, or it is one for sessions, the others are left out on purpose.
    if (pooled.size >= severalUsers || (pooled.size > 0 && !isShared(pooler))) return;
    const byObject = Map.groupBy(uses, ({ setting }) => setting.resource);
    if (byObject.size <= mostSingly) for (const [user, list] of byObject) yield one(user, list, pooler, host);
    // Beside many others the few that use it are the ones that it is for.
    else if (pooled.size === 0) yield manyTogether(pooler, host, [...byObject.keys()]);
  }),
};

/** In session mode a connection of the pool serves one client: whether they are enough for it is not known. */
const isShared = (pooler: Resource): boolean =>
  ['transaction', 'statement'].includes(pooler.manifest.text('spec', 'pgbouncer', 'poolMode') ?? '');

/** An application, with all its settings in one change. */
function one(user: Resource, uses: readonly HostUse[], pooler: Resource, host: string): Problem {
  const canChange = isShared(pooler) && uses.every(({ setting }) => setting.verbatim);
  return {
    resource: user,
    at: uses[0]!.place,
    message:
      `This connects to ${host}, the primary itself, although ${pooler.title} serves it. In a failover all these ` +
      `clients reconnect to PostgreSQL at once, and they count against max_connections beside the pools. An ` +
      `application that keeps session state is right to do so: accept the finding there.`,
    change: canChange ? uses.map(({ place }) => replaceAt(place, host.length, pooler.name)) : [],
  };
}

/** Many applications: said once, at the pooler. */
function manyTogether(pooler: Resource, host: string, users: readonly Resource[]): Problem {
  const names = users.slice(0, 3).map(({ title }) => title);
  return {
    resource: pooler,
    at: pooler.whole,
    message:
      `No application here connects to this pooler, and ${users.length} connect to ${host}, the primary itself ` +
      `(${names.join(', ')} …). In a failover all their clients reconnect to PostgreSQL at once, and they count against max_connections beside ` +
      `the pools. Applications that keep session state are right to do so: accept the finding if all of them do.`,
    change: [],
  };
}

const namesOf = ({ resource, name, container }: Setting): string => `${resource.name} ${container} ${name}`;
const isDirectByIntent = (setting: Setting): boolean =>
  batch.has(setting.resource.kind) || directByIntent.test(namesOf(setting));

/** Whether a comment on the line, or on the two lines above it, says that the connection is meant. */
function isMeant(place: Place): boolean {
  const { text } = place.manifest.source;
  const end = text.indexOf('\n', place.offset);
  const lines = text.slice(0, end < 0 ? text.length : end).split('\n');
  return lines.slice(-3).some((line) => meant.test(line));
}

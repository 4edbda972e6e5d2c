import { replaceAt } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster, configMap, pooler, together } from '../example.ts';
import type { Rule } from '../finding.ts';
import { usesOfHost } from '../objects/endpoints.ts';
import type { Setting } from '../objects/settings.ts';
import type { Place } from '../text/manifest.ts';

/** Migrations, dumps and LISTEN need a session of their own, and rightly go round a transaction pooler. */
const directByIntent =
  /migrat|direct|listen|notif|replica|backup|dump|admin|session|superuser|exporter|init-?db|owner/i;
const batch = new Set(['Job', 'CronJob']);
/** Applications whose documentation asks for session pooling or a direct connection. */
const keepsSessions =
  /keycloak|zitadel|immich|synapse|debezium|supabase|temporal|windmill|hasura|sonarqube|authentik|gitlab|discourse|mattermost|pgadmin|postgres-exporter/i;
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
  drill: 'primary-crash',
  check: eachCluster(function* (resource, inventory) {
    const [first] = inventory.writePoolersOf(resource);
    if (!first) return;
    const host = `${resource.name}-rw`;
    for (const { setting, place } of usesOfHost(inventory, host, resource)) {
      if (isDirectByIntent(setting) || keepsSessions.test(namesOf(setting)) || isMeant(place)) continue;
      yield {
        resource: setting.resource,
        at: place,
        message:
          `This connects to ${host}, the primary itself, although ${first.title} serves it. In a failover all these ` +
          `clients reconnect to PostgreSQL at once, and they count against max_connections beside the pools. An ` +
          `application that keeps session state is right to do so: accept the finding there.`,
        change: setting.verbatim ? [replaceAt(place, host.length, first.name)] : [],
      };
    }
  }),
};

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

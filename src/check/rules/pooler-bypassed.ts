import { cnpg } from '../documentation.ts';
import { replaceAt } from '../edit.ts';
import { type Setting, settingsOf, usesOfHost } from '../endpoints.ts';
import type { Rule } from '../finding.ts';

/** Migrations, dumps and LISTEN need a session of their own, and rightly go round a transaction pooler. */
const directByIntent = /migrat|direct|listen|notif|replica|backup|dump|admin|session/i;
const batch = new Set(['Job', 'CronJob']);

/** An application that connects to the primary's service though there is a pooler for it. */
export const poolerBypassed: Rule = {
  id: 'pooler-bypassed',
  severity: 'warning',
  title: 'application connects round the pooler',
  documentation: cnpg('connection_pooling', 'architecture'),
  *check(inventory) {
    const settings = settingsOf(inventory).filter((setting) => !isDirectByIntent(setting));
    for (const cluster of inventory.clusters) {
      const pooler = inventory.writePoolersOf(cluster)[0];
      if (!pooler) continue;
      const host = `${cluster.name}-rw`;
      for (const { setting, place } of usesOfHost(settings, host, cluster.namespace))
        yield {
          resource: setting.resource,
          at: place,
          message:
            `This connects to ${host}, the primary itself, although ${pooler.title} stands before it. At a failover ` +
            `every one of these clients reconnects to PostgreSQL at once, twice (the new primary ends its sessions ` +
            `after promotion), and they count against max_connections beside the pool.`,
          change: setting.verbatim ? [replaceAt(place, host.length, pooler.name)] : [],
        };
    }
  },
};

function isDirectByIntent({ resource, name, container }: Setting): boolean {
  return batch.has(resource.kind) || directByIntent.test(`${resource.name} ${container} ${name}`);
}

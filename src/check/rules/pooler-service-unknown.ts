import { cnpg } from '../documentation.ts';
import { replaceAt } from '../edit.ts';
import { settingsOf, usesOfHost } from '../endpoints.ts';
import type { Rule } from '../finding.ts';
import { sameNamespace } from '../resource.ts';

/** A pooler's service has the pooler's own name; `-rw`, `-ro` and `-r` belong to clusters. */
export const poolerServiceUnknown: Rule = {
  id: 'pooler-service-unknown',
  severity: 'error',
  title: 'connection to a pooler’s service that does not exist',
  documentation: cnpg('connection_pooling', 'quick-start'),
  *check(inventory) {
    const settings = settingsOf(inventory);
    for (const pooler of inventory.poolers)
      for (const suffix of ['-rw', '-ro', '-r']) {
        const host = `${pooler.name}${suffix}`;
        const made = [...inventory.poolers, ...inventory.of('Service')].some(
          (other) => other.name === host && sameNamespace(other, pooler),
        );
        if (made) continue;
        for (const { setting, place } of usesOfHost(settings, host, pooler.namespace))
          yield {
            resource: setting.resource,
            at: place,
            message:
              `There is no service ${host}: the service of a Pooler has the Pooler’s own name, ${pooler.name}. ` +
              `The name does not resolve, so the application cannot connect at all.`,
            change: setting.verbatim ? [replaceAt(place, host.length, pooler.name)] : [],
          };
      }
  },
};

import { isMap, type YAMLMap } from 'yaml';
import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { entries, textOf } from '../text/nodes.ts';

const dayMs = 86_400_000;
/** The operator renews its own certificates a week before they expire. */
const atLeastDays = 6;

const example = (date: string): string =>
  `${cluster('instances: 1')}status:\n  certificates:\n    expirations:\n      pg-server: "${date}"\n`;

/** Found in what a live cluster reports. */
export const certificateExpiring: Rule = {
  id: 'certificate-expiring',
  severity: 'error',
  title: 'certificate expires',
  documentation: cnpg('certificates', 'user-provided-certificates-mode'),
  explanation:
    'The operator renews its own certificates seven days before they expire; one with less time left is not renewed. Once ' +
    'it has expired, clients that verify it are refused, and standbys cannot connect to the primary. The rule reads the ' +
    'status of a live cluster.',
  bad: example('2020-01-01 00:00:00 +0000 UTC'),
  good: example('2099-01-01 00:00:00 +0000 UTC'),
  check: eachCluster(function* (resource, inventory) {
    const place = resource.at('status', 'certificates', 'expirations');
    if (!isMap(place?.node)) return;
    for (const { key, value } of entries(place.node as YAMLMap, place.manifest.document)) {
      const date = (textOf(value) ?? '').replace(/ \+0000 UTC$/, 'Z').replace(' ', 'T');
      const leftMs = Date.parse(date) - inventory.nowMs;
      if (!(leftMs < atLeastDays * dayMs)) continue;
      const days = Math.floor(Math.abs(leftMs) / dayMs);
      yield {
        resource,
        at: place.manifest.within(place.node, String(key.value))!,
        message:
          `The certificate ${String(key.value)} ${leftMs < 0 ? `expired ${days} days ago` : `expires in ${days} days`} and has ` +
          `not been renewed: clients that verify it are refused then, and standbys cannot connect.`,
        change: [],
      };
    }
  }),
};

import { isScalar } from 'yaml';
import { cnpg } from '../documentation.ts';
import { replaceAt } from '../edit.ts';
import { type Setting, settingsOf, usesOfHost } from '../endpoints.ts';
import type { Problem, Rule } from '../finding.ts';
import type { Inventory } from '../inventory.ts';
import { placeAtOffset } from '../manifest.ts';

/** libpq, JDBC and .NET: `sslmode=disable`, `SSL Mode=Disable`. */
const disabled = /\bssl\s?mode\s*=\s*['"]?(disable)\b/i;

/** Only settings that name a service of a cluster or pooler that is known here. */
export const connectionUnencrypted: Rule = {
  id: 'connection-unencrypted',
  severity: 'warning',
  title: 'application connects without TLS',
  documentation: cnpg('ssl_connections'),
  *check(inventory) {
    const settings = settingsOf(inventory);
    const connecting = settingsThatConnect(inventory, settings);
    const groups = new Set([...connecting].map((setting) => setting.group));
    for (const setting of settings) {
      const variable = isVariable(setting) && groups.has(setting.group);
      if (variable || (connecting.has(setting) && disabled.test(setting.value))) yield problem(setting);
    }
  },
};

/** A setting of TLS alone, beside another that names the host. */
const isVariable = ({ name, value }: Setting): boolean =>
  /^(PGSSLMODE|.*_SSL_?MODE)$/i.test(name) && value.trim().toLowerCase() === 'disable';

function settingsThatConnect(inventory: Inventory, settings: readonly Setting[]): Set<Setting> {
  const hosts = [
    ...inventory.clusters.flatMap((cluster) =>
      ['-rw', '-ro', '-r'].map((end) => ({ name: `${cluster.name}${end}`, cluster })),
    ),
    ...inventory.poolers.flatMap((pooler) =>
      ['', '-rw'].map((end) => ({ name: `${pooler.name}${end}`, cluster: pooler })),
    ),
  ];
  const uses = hosts.flatMap(({ name, cluster }) => usesOfHost(settings, name, cluster.namespace));
  return new Set(uses.map((use) => use.setting));
}

function problem(setting: Setting): Problem {
  const range = isScalar(setting.place.node) ? setting.place.node.range : undefined;
  const raw = range ? setting.place.manifest.source.text.slice(range[0], range[1]) : '';
  const word = /^['"]?(disable)\b/i.exec(raw) ?? disabled.exec(raw);
  const verbatim = setting.verbatim && range && word;
  const at = verbatim
    ? placeAtOffset(setting.place, range[0] + word.index + word[0].length - 'disable'.length)
    : setting.place;
  const wanted = word?.[1] === 'Disable' ? 'Require' : 'require';
  return {
    resource: setting.resource,
    at,
    message:
      `TLS is switched off, so queries and their results cross the network in clear, and the client takes any server that ` +
      `answers for its database. Poolers and instances speak TLS by default; verify-full with the CA of the secret ` +
      `<cluster>-ca also proves after a failover who answers.`,
    change: verbatim ? [replaceAt(at, 'disable'.length, wanted)] : [],
  };
}

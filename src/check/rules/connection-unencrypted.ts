import { isScalar } from 'yaml';
import { replaceAt } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { cluster, configMap, together } from '../example.ts';
import type { Problem, Rule } from '../finding.ts';
import { valuesOf } from '../objects/charts.ts';
import { serviceEnds, usesOfHost } from '../objects/endpoints.ts';
import type { Inventory } from '../objects/inventory.ts';
import type { Resource } from '../objects/resource.ts';
import { type Setting, settingsOf } from '../objects/settings.ts';
import { fieldOf, type Place, placeAtOffset } from '../text/manifest.ts';

/** libpq, JDBC and .NET: `sslmode=disable`, `SSL Mode=Disable`. */
const disabled = /\bssl\s?mode\s*=\s*['"]?(disable)\b/i;

/** Only settings that name a service of a Cluster or Pooler of the manifests. */
export const connectionUnencrypted: Rule = {
  id: 'connection-unencrypted',
  severity: 'info',
  together: true,
  title: 'application connects without TLS',
  documentation: cnpg('ssl_connections'),
  explanation:
    'Instances and poolers of CloudNativePG speak TLS by default. With `sslmode=disable` queries and their results cross ' +
    'the network in clear, and the client accepts any server that answers, also after a failover. `require` encrypts; ' +
    '`verify-full` with the CA of the Secret `<cluster>-ca`, or of the one that ' +
    '`spec.certificates.serverCASecret` names, also proves who answers. Accept it where a service mesh ' +
    'encrypts the connection. The rule is silent where the repository switches on the encryption of Cilium (WireGuard or ' +
    'IPsec), or declares a single node.',
  bad: together(cluster('instances: 1'), configMap('DATABASE_URL: postgresql://shop@pg-rw:5432/shop?sslmode=disable')),
  good: together(cluster('instances: 1'), configMap('DATABASE_URL: postgresql://shop@pg-rw:5432/shop?sslmode=require')),
  meant: { here: /\b(?:TLS|SSL|plain-?text|in clear|unencrypted|encrypt\w*|mesh|wireguard)\b/i },
  *check(inventory) {
    // On a single node nothing crosses a network.
    if (inventory.nodes === 1 || isEncrypted(inventory)) return;
    const connecting = settingsThatConnect(inventory);
    const groups = new Map([...connecting].map(([setting, cluster]) => [setting.group, cluster]));
    for (const setting of settingsOf(inventory)) {
      const variable = isVariable(setting) && groups.has(setting.group);
      if (variable || (connecting.has(setting) && disabled.test(setting.value) && !hasOther(setting, connecting)))
        yield problem(setting, connecting.get(setting) ?? groups.get(setting.group));
    }
  },
};

/** Whether Cilium encrypts what pods send to those of other nodes. */
const isEncrypted = (inventory: Inventory): boolean =>
  inventory
    .of('HelmRelease', 'Application', 'Kustomization')
    .flatMap(valuesOf)
    .some(
      (values) =>
        fieldOf(values, 'encryption', 'enabled') === 'true' &&
        /^(?:wireguard|ipsec|ztunnel)$/.test(fieldOf(values, 'encryption', 'type') ?? 'ipsec') &&
        isCilium(values),
    );

/** Settings that no other chart has beside `encryption`. */
const isCilium = (values: Place): boolean =>
  ['ipam', 'kubeProxyReplacement', 'k8sServiceHost', 'hubble', 'routingMode', 'ipv4NativeRoutingCIDR'].some(
    (name) => values.manifest.within(values.node, name) !== undefined,
  );

/** Whether a connection string with TLS stands beside it: a collection for several applications, of which each takes one. */
const hasOther = (setting: Setting, connecting: ReadonlyMap<Setting, unknown>): boolean =>
  [...connecting.keys()].some(
    (other) =>
      other !== setting && other.group === setting.group && /:\/\//.test(other.value) && !disabled.test(other.value),
  );

/** A setting of TLS alone, beside another that names the host. */
const isVariable = ({ name, value }: Setting): boolean =>
  /^(PGSSLMODE|.*_SSL_?MODE)$/i.test(name) && value.trim().toLowerCase() === 'disable';

/** The settings that name a service, with the Cluster behind it; undefined for a Pooler of a Cluster that is elsewhere. */
function settingsThatConnect(inventory: Inventory): Map<Setting, Resource | undefined> {
  const clusters = inventory.clusters.map((owner) => ({
    owner,
    cluster: owner,
    ends: serviceEnds as readonly string[],
  }));
  const poolers = inventory.poolers.map((owner) => ({
    owner,
    cluster: inventory.clusterOf(owner),
    ends: ['', '-rw'] as readonly string[],
  }));
  const uses = [...clusters, ...poolers].flatMap(({ owner, cluster, ends }) =>
    ends.flatMap((end) =>
      usesOfHost(inventory, owner.name + end, owner).map(({ setting }) => [setting, cluster] as const),
    ),
  );
  return new Map(uses);
}

/** The Secret with the CA that signs the server certificate of the Cluster. */
const caSecretOf = (cluster: Resource | undefined): string =>
  (cluster?.manifest.at('spec', 'certificates', 'serverCASecret') &&
    cluster.reference('spec', 'certificates', 'serverCASecret')) ||
  '<cluster>-ca';

/** Whether the notation is that of a driver for which `require` only encrypts: .NET’s or Java’s. Others may verify with it. */
const showsDriver = ({ value }: Setting): boolean => /\bssl mode\s*=|^jdbc:/i.test(value);

function problem(setting: Setting, cluster: Resource | undefined): Problem {
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
    alike: 'TLS is switched off',
    message:
      `TLS is switched off: queries and their results cross the network in clear. SCRAM keeps the password secret on the ` +
      `way, but not from another server in place of the database: the client accepts any that answers. Poolers and instances speak TLS by default: libpq, pgx and JDBC encrypt with sslmode=require, and with ` +
      `verify-full and the CA of the Secret ${caSecretOf(cluster)} they also know after a failover who answers. ` +
      `node-postgres verifies with require too, and needs that CA.`,
    change: verbatim && showsDriver(setting) ? [replaceAt(at, 'disable'.length, wanted)] : [],
  };
}

/** The Barman Cloud plugin in the drill's own cluster: whether it is wanted, and its objects with certificates of their own. */
import { SetupError, UsageError } from '../../errors.ts';
import { objectStoreKind } from '../../kubernetes/barman-plugin.ts';
import { selfSigned } from '../../kubernetes/self-signed.ts';
import { parseObjects, placeOperator } from '../cnpg/manifests.ts';
import { operatorNamespace } from '../cnpg/names.ts';
import type { KubeObject } from '../cnpg/objects.ts';

const archivers = ['in-tree', 'plugin'] as const;
export type ArchiverChoice = (typeof archivers)[number];

/** The plugin's Deployment, and the Service whose annotations announce it to the operator. */
export const pluginDeployment = 'barman-cloud';
/** The first release of the operator that has no Barman in the tree. */
const withoutInTree = { major: 1, minor: 31 };
const certificateDays = 30;

/**
 * Which of the two archives.
 * @param asked what `PGDRILL_BACKUPS` says
 * @param operator text of the operator's manifest, which may bring the plugin along
 * @param plugin text of the plugin's manifest, where one is named
 * @throws SetupError where the operator has no Barman in the tree and no manifest of the plugin is named
 */
export function archiverFor(
  asked: ArchiverChoice | undefined,
  operator: string,
  plugin: string | undefined,
): ArchiverChoice {
  const offered = bringsPlugin(operator) || plugin !== undefined;
  const needed = !hasInTree(operator);
  const help = 'name the plugin’s release manifest in PGDRILL_PLUGIN_MANIFEST: a file, or https://…#sha256=…';
  if (asked === 'in-tree' && needed)
    throw new SetupError(`this operator has no Barman in the tree, but PGDRILL_BACKUPS asks for it; ${help}`);
  if (asked === 'in-tree') return 'in-tree';
  if (offered) return 'plugin';
  if (asked === 'plugin')
    throw new SetupError(`PGDRILL_BACKUPS asks for the Barman Cloud plugin, but no manifest brings it; ${help}`);
  if (needed)
    throw new SetupError(`this operator has no Barman in the tree, and no manifest brings the plugin; ${help}`);
  return 'in-tree';
}

/** Whether a manifest defines ObjectStores. */
const bringsPlugin = (manifest: string): boolean =>
  new RegExp(`^\\s*kind: ${objectStoreKind.kind}\\s*$`, 'm').test(manifest);

/** By the tag of the operator's image; an operator without a version is taken for an older one. */
function hasInTree(operator: string): boolean {
  const [, major, minor] = /image:\s*\S*cloudnative-pg:v?(\d+)\.(\d+)/.exec(operator) ?? [];
  const { major: since, minor: sinceMinor } = withoutInTree;
  return !(Number(major) > since || (Number(major) === since && Number(minor) >= sinceMinor));
}

/** @throws UsageError for a word that is neither */
export function archiverNamed(word: string | undefined): ArchiverChoice | undefined {
  if (!word) return undefined;
  const found = archivers.find((one) => one === word);
  if (!found) throw new UsageError(`PGDRILL_BACKUPS expects ${archivers.join(' or ')}, but is ${word}`);
  return found;
}

interface Mounting extends KubeObject {
  readonly spec?: { readonly secretName?: string; readonly dnsNames?: readonly string[]; readonly commonName?: string };
}

/**
 * The plugin's objects without those of cert-manager: each Certificate becomes the Secret that it asks for, with a
 * self-signed certificate. The pods go to the server node.
 */
export function pluginObjects(manifest: string): KubeObject[] {
  const objects = parseObjects(manifest, "the Barman Cloud plugin's manifest") as Mounting[];
  const others = objects.filter(({ apiVersion }) => !apiVersion.startsWith('cert-manager.io/'));
  const secrets = objects
    .filter(({ kind, apiVersion }) => kind === 'Certificate' && apiVersion.startsWith('cert-manager.io/'))
    .map(secretOf);
  return placeOperator([...secrets, ...others]);
}

function secretOf({ metadata, spec = {} }: Mounting): KubeObject {
  const [dnsName] = spec.dnsNames ?? [];
  const { certificate, key } = selfSigned(
    dnsName ?? spec.commonName ?? metadata.name,
    dnsName ? 'server' : 'client',
    certificateDays,
  );
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: spec.secretName ?? metadata.name, namespace: metadata.namespace ?? operatorNamespace },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': certificate, 'tls.key': key },
  };
}

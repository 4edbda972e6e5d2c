/** Installs the CloudNativePG operator from its release manifest. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SetupError, UsageError } from '../../../errors.ts';
import { applyAll } from '../api/apply.ts';
import type { Kube } from '../api/kube.ts';
import { parseObjects, placeOperator } from '../manifests.ts';
import { operatorLabels, operatorNamespace } from '../names.ts';
import { isReady, type Pod } from '../objects.ts';
import { podTrouble, waitFor } from '../ready.ts';

/** The release that this tool is tested with, and the SHA-256 of its manifest. */
export const defaultManifest =
  'https://raw.githubusercontent.com/cloudnative-pg/cloudnative-pg/v1.30.0/releases/cnpg-1.30.0.yaml#sha256=f8bede43fe4ee0d478c2355b204a36876b2ae4faac60f2a9452280b293da3b88';

const readyWithinMs = 240_000;
const downloadWithinMs = 30_000;

interface Released {
  readonly whose: string;
  readonly variable: string;
}
const operatorRelease: Released = { whose: "the operator's", variable: 'PGDRILL_OPERATOR_MANIFEST' };
export const pluginRelease: Released = { whose: "the Barman Cloud plugin's", variable: 'PGDRILL_PLUGIN_MANIFEST' };

/**
 * The text of a release manifest.
 * @param from a file, or a URL with its checksum: `https://…#sha256=…`
 * @param of whose it is, and the variable that names it
 * @throws UsageError where a URL has no checksum; SetupError where it cannot be read or does not have that checksum
 */
export async function readReleaseManifest(
  from: string,
  of: Released = operatorRelease,
  signal?: AbortSignal,
): Promise<string> {
  if (!/^https?:/.test(from))
    return readFile(from, 'utf8').catch((error: Error) => {
      throw new UsageError(`${of.variable} should be a file or a URL, but ${from} cannot be read: ${error.message}`);
    });
  const [, url, expected] = /^(.*)#sha256=([0-9a-f]{64})$/.exec(from) ?? [];
  if (!url)
    throw new UsageError(
      `a URL of ${of.whose} manifest needs its checksum, as https://…#sha256=<64 hex digits>; ${from} has none`,
    );
  const text = await download(url, of, signal);
  const actual = createHash('sha256').update(text).digest('hex');
  if (actual !== expected)
    throw new SetupError(`${of.whose} manifest at ${url} has the SHA-256 ${actual}, but ${expected} was expected`);
  return text;
}

async function download(url: string, { whose, variable }: Released, signal?: AbortSignal): Promise<string> {
  const help = `download it elsewhere and name the file in ${variable}`;
  try {
    const within = AbortSignal.timeout(downloadWithinMs);
    const answer = await fetch(url, { signal: signal ? AbortSignal.any([signal, within]) : within });
    if (answer.ok) return await answer.text();
    throw new SetupError(`${whose} manifest could not be downloaded: ${url} answered ${answer.status}; ${help}`);
  } catch (error) {
    if (error instanceof SetupError) throw error;
    signal?.throwIfAborted();
    const { message, cause } = error as Error;
    // `fetch` says "fetch failed"; why is in its cause.
    const why = cause instanceof Error ? cause.message : message;
    throw new SetupError(`${whose} manifest could not be downloaded from ${url}: ${why}; ${help}`);
  }
}

/** Applies the manifest and waits until the operator is ready. @throws SetupError where it is not in time */
export async function installOperator(kube: Kube, manifest: string, signal: AbortSignal): Promise<void> {
  const objects = placeOperator(parseObjects(manifest, "the operator's manifest"));
  await applyAll(kube, objects, signal);
  await waitFor<Pod>(kube, {
    what: 'the operator to be ready',
    path: `/api/v1/namespaces/${operatorNamespace}/pods`,
    query: { labelSelector: operatorLabels },
    missing: (pods) => (pods.some(isReady) ? undefined : (pods.map(podTrouble).find(Boolean) ?? 'it has no pod yet')),
    withinMs: readyWithinMs,
    signal,
    namespace: operatorNamespace,
  });
}

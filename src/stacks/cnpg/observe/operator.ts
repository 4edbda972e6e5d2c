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

/**
 * The text of a manifest.
 * @param from a file, or a URL with its checksum: `https://…#sha256=…`
 * @throws UsageError where a URL has no checksum; SetupError where it cannot be had or is not what the checksum says
 */
export async function readOperatorManifest(from: string, signal?: AbortSignal): Promise<string> {
  if (!/^https?:/.test(from))
    return readFile(from, 'utf8').catch((error: Error) => {
      throw new UsageError(
        `PGDRILL_OPERATOR_MANIFEST should be a file or a URL, but ${from} cannot be read: ${error.message}`,
      );
    });
  const [, url, expected] = /^(.*)#sha256=([0-9a-f]{64})$/.exec(from) ?? [];
  if (!url)
    throw new UsageError(
      `a URL of the operator's manifest needs its checksum, as https://…#sha256=<64 hex digits>; ${from} has none`,
    );
  const text = await download(url, signal);
  const actual = createHash('sha256').update(text).digest('hex');
  if (actual !== expected)
    throw new SetupError(`the operator's manifest at ${url} has the SHA-256 ${actual}, but ${expected} was expected`);
  return text;
}

async function download(url: string, signal?: AbortSignal): Promise<string> {
  const help = 'download it elsewhere and name the file in PGDRILL_OPERATOR_MANIFEST';
  try {
    const within = AbortSignal.timeout(downloadWithinMs);
    const answer = await fetch(url, { signal: signal ? AbortSignal.any([signal, within]) : within });
    if (answer.ok) return await answer.text();
    throw new SetupError(`the operator's manifest could not be had: ${url} answered ${answer.status}; ${help}`);
  } catch (error) {
    if (error instanceof SetupError) throw error;
    signal?.throwIfAborted();
    const { message, cause } = error as Error;
    // `fetch` says "fetch failed"; why is in its cause.
    const why = cause instanceof Error ? cause.message : message;
    throw new SetupError(`the operator's manifest could not be had from ${url}: ${why}; ${help}`);
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

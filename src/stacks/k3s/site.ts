/** What a running stack keeps of itself: another process that heals or uses it has nothing but the stack's id. */
import { z } from 'zod';
import { type Topology, topologySchema } from '../../scenario/topology.ts';
import type { Kube } from '../cnpg/api/kube.ts';
import { type DrillSite, manifestSite } from '../cnpg/names.ts';
import { type KubeObject, refTo } from '../cnpg/objects.ts';

const kind = { apiVersion: 'v1', kind: 'ConfigMap' } as const;
const place = { name: 'pgdrill', namespace: 'kube-system' } as const;

const name = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/);
/** An identifier of PostgreSQL; it is never put into SQL without quotes. */
const identifier = z.string().min(1).max(63);
const siteSchema = z.strictObject({
  ...{ namespace: name, cluster: name, operatorNamespace: name, pooler: name, userSecret: name },
  ...{ database: identifier, user: identifier },
});

export const keepSite = (kube: Pick<Kube, 'apply'>, site: DrillSite, topology: Topology): Promise<void> =>
  kube.apply({
    ...{ ...kind, metadata: place },
    data: { site: JSON.stringify(siteSchema.parse(site)), topology: JSON.stringify(topology) },
  });

/** @throws ZodError where somebody else wrote it; a stack of an earlier version, which has none, has our own names */
export async function siteOf(kube: Pick<Kube, 'read'>): Promise<DrillSite> {
  const { site } = await dataOf(kube);
  return site ? siteSchema.parse(JSON.parse(site)) : manifestSite;
}

/** The topology that the stack was opened with; undefined in a stack of an earlier version. @throws ZodError as `siteOf` */
export async function topologyKept(kube: Pick<Kube, 'read'>): Promise<Topology | undefined> {
  const { topology } = await dataOf(kube);
  return topology ? topologySchema.parse(JSON.parse(topology)) : undefined;
}

async function dataOf(kube: Pick<Kube, 'read'>): Promise<{ readonly site?: string; readonly topology?: string }> {
  const kept = await kube.read<KubeObject & { data?: Record<string, string> }>(
    refTo(kind, place.name, place.namespace),
  );
  return kept?.data ?? {};
}

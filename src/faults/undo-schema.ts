/**
 * Building blocks for `undo` in a fault's contract: what an undo record holds. Records are read from disks and from
 * annotations that others may have written, and are carried out as root, and each block admits a name and nothing else.
 */
import { z } from 'zod';

/** A DNS label (RFC 1123): a simulated host, a namespace. */
export const label = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'expected a DNS label');
/** A DNS subdomain (RFC 1123): a node, a pod, a Deployment. */
export const name = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, 'expected a DNS name');
/** Which chains of a node's firewall a fault made; records of earlier versions have none. */
export const mark = z
  .string()
  .regex(/^[0-9a-f]{6}-[0-9a-f]{6}$/, 'expected the mark of the rules')
  .optional();
export const address = z.union([z.ipv4(), z.ipv6(), z.literal('')]);

export const host = z.strictObject({ host: label });
export const hosts = z.strictObject({ hosts: z.array(label).min(1).max(64) });
export const pod = z.strictObject({ pod: name });
export const poolerAndPod = z.strictObject({ pooler: name, pod: name });
export const nodeAndPod = z.strictObject({ node: name, pod: name });
export const frozen = z.strictObject({ pod: name, uid: z.uuid(), node: name });
export const operator = z.strictObject({ deployment: name, replicas: z.int().min(1).max(16) });
export const moved = z.strictObject({ from: name.optional(), to: name });
/** An image by its name, with a tag or a digest. */
export const updated = z.strictObject({
  image: z
    .string()
    .max(400)
    .regex(/^[a-z0-9][A-Za-z0-9._:/@-]*$/, 'expected the name of an image'),
});
export const nothing = z.strictObject({});

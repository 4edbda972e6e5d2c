/**
 * What undoing each fault needs, and nothing else. Undo records are read from disks and from annotations that others may
 * have written, and are carried out as root: whatever does not match is refused whole.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { printable } from '../printable.ts';
import { type FaultKind, faultKinds } from './index.ts';
import type { StackKind, Target, UndoRecord } from './target.ts';

/** A DNS label (RFC 1123): a simulated host, a namespace. */
const label = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'expected a DNS label');
/** A DNS subdomain (RFC 1123): a node, a pod, a Deployment. */
const name = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, 'expected a DNS name');
const address = z.union([z.ipv4(), z.ipv6(), z.literal('')]);

const host = z.strictObject({ host: label });
const hosts = z.strictObject({ hosts: z.array(label).min(1).max(64) });
const pod = z.strictObject({ pod: name });
const nodeAndPod = z.strictObject({ node: name, pod: name });
const frozen = z.strictObject({ pod: name, uid: z.uuid(), node: name });
const operator = z.strictObject({ deployment: name, replicas: z.int().min(1).max(16) });
const moved = z.strictObject({ from: name.optional(), to: name });
const nothing = z.strictObject({});
/** A program and its arguments: no other fault has one, and no stack but the lab this fault. */
const command = z.array(z.string().max(10_000)).min(1).max(100);

type Table = Readonly<Partial<Record<FaultKind, z.ZodObject>>>;

/** What CloudNativePG's faults need, on whichever Kubernetes. */
const cnpg = {
  crash: pod,
  switchover: moved,
  restart: pod,
  freeze: frozen,
  delete: pod,
  'delete-now': pod,
  'operator-down': operator,
} satisfies Table;

/** The schema of `how`, by stack and fault. A fault that has none cannot be undone from another process. */
export const undoSchemas: Readonly<Record<StackKind, Table>> = {
  lab: {
    crash: host,
    isolate: host,
    'isolate-from-peers': host,
    'isolate-from-operator': host,
    lossy: host,
    switchover: z.strictObject({ leader: label, candidate: label }),
    restart: host,
    freeze: host,
    delete: z.strictObject({ host: label, patroni: z.int().positive() }),
    'delete-now': host,
    'node-crash': host,
    'operator-down': host,
    'control-plane-down': hosts,
    wipe: host,
    'disk-full': host,
    'store-down': host,
    destroy: hosts,
    'pooler-crash': host,
    'pooler-pause': host,
    disturb: z.strictObject({ host: label, name: label, prove: command, heal: command }),
    'disk-stall': host,
    'disk-slow': z.strictObject({
      host: label,
      device: z.string().regex(/^\d{1,4}:\d{1,7}$/, 'expected the number of a device'),
    }),
    'cpu-starve': host,
    'memory-pressure': host,
    'one-way': host,
    cut: hosts,
    flap: host,
    'slow-link': host,
    'thin-link': host,
    'pause-host': host,
    'backend-kill': host,
    'replay-stop': host,
  },
  k3s: {
    ...cnpg,
    isolate: z.strictObject({ node: name, address }),
    'node-crash': nodeAndPod,
    drain: nodeAndPod,
    'store-down': nothing,
    destroy: nothing,
    'pooler-crash': pod,
    'pooler-delete': pod,
    'pooler-freeze': frozen,
    'pooler-pause': z.strictObject({ pooler: name }),
  },
  cluster: { ...cnpg, isolate: nodeAndPod },
};

const stackIds: Readonly<Record<StackKind, z.ZodString>> = {
  lab: z.string().regex(/^[0-9a-f]{6}$/, 'expected six hexadecimal digits'),
  k3s: z.string().regex(/^[0-9a-f]{6}$/, 'expected six hexadecimal digits'),
  // The name of a context may be anything that a kubeconfig holds.
  cluster: z
    .string()
    .regex(/^\P{Cc}{1,253}\/[a-z0-9.-]{1,63}\/[a-z0-9.-]{1,253}$/u, 'expected context/namespace/cluster'),
};

const word = z
  .string()
  .max(253)
  .regex(/^[\w.:-]*$/, 'expected a name');
const targetSchema = z.union([
  z.strictObject({ kind: z.literal('instance'), name: word, host: word, address }),
  z.strictObject({ kind: z.enum(['pooler', 'node', 'operator', 'store', 'cluster']), name: word }),
  z.strictObject({ kind: z.literal('group'), name: word, hosts: z.array(word).min(1).max(64) }),
]) satisfies z.ZodType<Target>;

const recordSchema = z.strictObject({
  id: z.uuid(),
  stack: z.enum(['lab', 'k3s', 'cluster']),
  stackId: z.string(),
  fault: z.enum(faultKinds),
  target: targetSchema,
  how: z.record(z.string(), z.unknown()),
});

/**
 * @param value as it was read
 * @returns the record, with nothing in it that undoing the fault does not need
 * @throws UsageError saying in one sentence what is wrong with it
 */
export function parseUndo(value: unknown): UndoRecord {
  const record = checked(recordSchema, value);
  checked(stackIds[record.stack], record.stackId, 'stackId');
  const how = undoSchemas[record.stack][record.fault];
  if (!how) throw new UsageError(`an undo record names ${record.fault}, which the stack ${record.stack} does not have`);
  return { ...record, how: checked(how, record.how, 'how') };
}

/** Whether two records are the same. */
export const isSameUndo = (one: UndoRecord, other: unknown): boolean => isDeepStrictEqual(one, other);

function checked<S extends z.ZodType>(schema: S, value: unknown, at?: string): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const where = [...(at ? [at] : []), ...path].map(String).join('.');
  throw new UsageError(`an undo record is refused: ${printable(where || 'it')}: ${printable(message)}`);
}

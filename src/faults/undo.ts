/**
 * Undo records as they come back from a disk or an annotation, which others may have written. They are carried out as
 * root: a record that does not match the schema of its fault (`undo` in the fault's contract) is refused whole.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { printable } from '../printable.ts';
import { contractOf, faultKinds } from './index.ts';
import type { StackKind, Target, UndoRecord } from './target.ts';
import { address } from './undo-schema.ts';

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
  const how = contractOf(record.fault)?.undo[record.stack];
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

/** Which client programs a load has beside its own writers, and how each is used. */
import { z } from 'zod';

/** Where a client program connects to. */
export const clientPaths = ['pooler', 'direct', 'hosts', 'fixed', 'late'] as const;
export type ClientPath = (typeof clientPaths)[number];

const nameShape = /^[a-z0-9][a-z0-9._-]*$/;

const useShape = z.strictObject({
  use: z.string().min(1).describe('Name of an adapter (`pgdrill clients list`), or path of your own executable'),
  name: z
    .string()
    .regex(nameShape, 'a name is lower case letters, digits, dots and dashes')
    .optional()
    .describe('What reports call it; default: the last part of `use`'),
  path: z
    .enum(clientPaths)
    .default('pooler')
    .describe(
      'Where it connects to. `pooler`: PgBouncer; `direct`: the address that follows the primary; `hosts`: the list of all instances; `fixed`: the address of the instance that is the primary at the start, alone; `late`: an address that follows the primary 15 s late and leaves open connections alone',
    ),
  workers: z.int().min(1).max(1000).default(10).describe('Number of its workers, each with one request at a time'),
  ratePerSecond: z.number().positive().max(2_000).default(20).describe('Writes per second of all its workers together'),
  settings: z
    .record(z.string().regex(/^\w+$/), z.string())
    .default({})
    .describe('Settings of the adapter by name; `pgdrill clients list` shows those that it takes'),
});

/** A client program in a load: `'psycopg-pool'`, `'psycopg-pool:path=direct,pool_size=5'` or an object. */
export const clientUseSchema = z.union([
  z.string().regex(/^[^:,=\s]+(:\w+=[^,]+(,\w+=[^,]+)*)?$/, 'expected a client, or client:setting=value,setting=value'),
  useShape,
]);
type ClientUseInput = z.infer<typeof clientUseSchema>;
export type ClientUse = z.output<typeof useShape> & { readonly name: string };

/** Words of the short form that are not settings of the adapter. */
const ownWords: Readonly<Record<string, string>> = {
  rate: 'ratePerSecond',
  workers: 'workers',
  path: 'path',
  name: 'name',
};

function fromText(text: string): unknown {
  const [, use, words] = /^([^:]+)(?::(.*))?$/.exec(text)!;
  const settings: Record<string, string> = {};
  const own: Record<string, unknown> = {};
  for (const word of words?.split(',') ?? []) {
    const [, key, value] = /^(\w+)=(.*)$/.exec(word)!;
    const ownKey = ownWords[key!];
    if (ownKey === undefined) settings[key!] = value!;
    else own[ownKey] = key === 'rate' || key === 'workers' ? Number(value) : value;
  }
  return { use, ...own, settings };
}

const lastPart = (use: string): string =>
  use
    .split('/')
    .at(-1)!
    .replace(/\.\w+$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]/g, '-')
    .replace(/^[^a-z0-9]+/, '') || 'client';

/**
 * The client programs of a load, each under a name of its own.
 * @returns what is wrong, in words, in place of a use that is not valid
 */
export function clientUses(clients: readonly ClientUseInput[] = []): (ClientUse | string)[] {
  const taken = new Map<string, number>();
  return clients.map((client) => {
    const said = typeof client === 'string' ? client : client.use;
    const parsed = useShape.safeParse(typeof client === 'string' ? fromText(client) : client);
    if (!parsed.success)
      return `${said}: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`;
    const base = parsed.data.name ?? lastPart(parsed.data.use);
    const times = (taken.get(base) ?? 0) + 1;
    taken.set(base, times);
    return { ...parsed.data, name: times === 1 ? base : `${base}-${times}` };
  });
}

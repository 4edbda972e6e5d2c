/** The client programs that pgdrill ships: one folder a language under `clients/`, described by its `clients.json`. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { cacheFolder } from '../stacks/lab/paths.ts';

const argvShape = z.array(z.string()).min(1);
const languageShape = z.strictObject({
  language: z.string(),
  /** Programs that the machine must have, each with how to get it. */
  needs: z.record(z.string(), z.string()),
  /** Commands that install the libraries by the folder's lock files; `{dir}` is the folder in the cache. */
  install: z.array(argvShape),
  /** Written without a toolchain to try it with. */
  untried: z.string().optional(),
  clients: z.record(
    z.string(),
    z.strictObject({ library: z.string(), run: argvShape, settings: z.record(z.string(), z.string()).default({}) }),
  ),
});
type Language = z.infer<typeof languageShape>;

export interface Adapter {
  readonly name: string;
  readonly language: string;
  readonly library: string;
  readonly untried: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly needs: Readonly<Record<string, string>>;
  readonly install: readonly (readonly string[])[];
  readonly run: readonly string[];
  /** The folder with the sources and lock files. */
  readonly source: string;
  /** Where it is installed: another one for each version of those files. */
  readonly dir: string;
}

/** Beside `src/` in a checkout, beside `dist/src/` in the package. */
const builtIn = fileURLToPath(new URL('../../clients/', import.meta.url));

/** Every adapter, in the order of names. */
export function adapters(folder: string = builtIn): Adapter[] {
  const languages = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return languages
    .flatMap(({ name }) => adaptersOf(join(folder, name), name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function adaptersOf(source: string, folder: string): Adapter[] {
  const { language, needs, install, untried, clients }: Language = languageShape.parse(
    JSON.parse(readFileSync(join(source, 'clients.json'), 'utf8')),
  );
  const dir = join(cacheFolder(), 'clients', `${folder}-${hashOf(source)}`);
  const placed = (argv: readonly string[]): string[] => argv.map((word) => word.replaceAll('{dir}', dir));
  return Object.entries(clients).map(([name, { library, run, settings }]) => ({
    ...{ name, language, library, untried, settings, needs, source, dir },
    install: install.map(placed),
    run: placed(run),
  }));
}

/** What is installed depends on these files alone. */
function hashOf(source: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(source, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  for (const path of paths) hash.update(path.slice(source.length)).update('\0').update(readFileSync(path));
  return hash.digest('hex').slice(0, 12);
}

/**
 * Prepares once what every lab is built from, in the cache: the hosts' root file system, MinIO, and a data directory of
 * PostgreSQL that was initialised beforehand. Each part appears by one rename when it is whole, so none is ever half
 * made; its name carries a hash of what it is built from, so a change of that makes a new part.
 */
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SetupError } from '../../../errors.ts';
import { buildsImage, hasProgram } from '../hosts/command.ts';
import { withLock } from '../lock.ts';
import { whyImpossible } from '../machine.ts';
import { cacheFolder } from '../paths.ts';
import { together } from '../together.ts';
import { archiveKeys, makeRoot, packages, preseed, suite } from './debian.ts';
import { makeMinio, minioVersion } from './minio.ts';
import { makeTemplate, templateRecipe } from './template.ts';

/** Raised when the way a part is made changes without its list of contents changing. */
const recipeVersion = 1;

const key = (made: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([recipeVersion, process.arch, made]))
    .digest('hex')
    .slice(0, 12);

const debianKey = key([suite, packages, preseed]);

/** Where the parts are, or will be once `prepareLab` has run. */
export function preparedParts() {
  const part = (name: string, partKey: string) => join(cacheFolder(), `${name}-${partKey}`);
  return {
    /** Lower layer of every host's file system. Never changed after it is made. */
    root: part('debian', debianKey),
    /** A layer over it, with the program `minio`. */
    minio: part('minio', key(minioVersion)),
    /** Folder with `data` (a data directory, cleanly stopped), `secrets.json` and `versions.json`. */
    template: part('postgres', key([debianKey, templateRecipe])),
  };
}
/** What `startHost` takes as the lower layers of a host's file system, the upper one first. */
export const lowerLayers = ({ minio, root }: Parts): string => `${minio}:${root}`;

/**
 * One word that changes when the large parts do: the key of caches of CI, the tag of an image that holds them. The
 * template is not among them, for it is made in seconds wherever it is missing.
 */
export function partsKey(): string {
  const { root, minio } = preparedParts();
  return key([root, minio].map((path) => basename(path)));
}

export type Parts = ReturnType<typeof preparedParts>;

/** Which parts are missing: empty where a lab can be opened at once. */
export async function missingParts(): Promise<string[]> {
  const present = await Promise.all(Object.values(preparedParts()).map(exists));
  return Object.keys(preparedParts()).filter((_, i) => !present[i]);
}

/**
 * Makes what is missing; quick where nothing is. Safe to call from several processes at once.
 * @param progress called with each step, for a person to read
 * @throws SetupError where a part cannot be made
 */
export async function prepareLab(
  progress: (step: string) => void,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  if ((await missingParts()).length === 0) return;
  const why = (buildsImage() ? undefined : await whyImpossible()) ?? (await whyNotBuilt());
  if (why) throw new SetupError(why);
  const onWait = () => progress('another process is preparing the lab: waiting for it');
  await withLock(join(cacheFolder(), 'lock'), () => makeMissing(progress, signal), {
    onWait,
    signal,
  });
}

/** What only making the root file system and MinIO needs. */
async function whyNotBuilt(): Promise<string | undefined> {
  if ((await missingParts()).every((part) => part === 'template')) return undefined;
  if (!(await hasProgram('debootstrap')))
    return 'to prepare the lab debootstrap is needed: apt-get install debootstrap';
  if (!(await exists(archiveKeys)))
    return `to prepare the lab the keys of Debian's archive are needed (${archiveKeys}): apt-get install debian-archive-keyring`;
  return undefined;
}

async function makeMissing(progress: (step: string) => void, signal: AbortSignal): Promise<void> {
  const parts = preparedParts();
  await removeUnfinished();
  await together<void>(signal, [
    async (either) => {
      await make(parts.root, (folder) => makeRoot(folder, progress, either));
      // Its passwords belong to one machine, so that each makes its own; and it takes namespaces to make.
      if (!buildsImage()) await make(parts.template, (folder) => makeTemplate(parts.root, folder, progress, either));
    },
    (either) => make(parts.minio, (folder) => makeMinio(folder, progress, either)),
  ]);
}

async function make(folder: string, build: (folder: string) => Promise<void>): Promise<void> {
  if (await exists(folder)) return;
  const unfinished = `${folder}.unfinished`;
  await build(unfinished);
  await rename(unfinished, folder);
}

/** What a build that was killed left; nobody else can be at it, for we hold the lock. */
async function removeUnfinished(): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true, mode: 0o700 });
  const left = (await readdir(cacheFolder())).filter((name) => name.endsWith('.unfinished'));
  for (const name of left) await rm(join(cacheFolder(), name), { recursive: true, force: true });
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

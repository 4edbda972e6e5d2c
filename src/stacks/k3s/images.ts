/** The image tarballs that nodes import where nothing can be pulled. */
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../errors.ts';

const blockBytes = 512;

/** Where nodes look for tarballs to import at their start. */
export const imagesInNode = '/var/lib/rancher/k3s/agent/images';

/**
 * The names of all images in a folder's tarballs. Compressed ones are imported too, but their names are not read.
 * @throws UsageError where the folder cannot be read or holds no tarball
 */
export async function listImages(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((error: Error) => {
    throw new UsageError(
      `PGDRILL_IMAGES should be a folder of image tarballs, but ${folder} cannot be read: ${error.message}`,
    );
  });
  const tarballs = files.filter((name) => /\.tar(\.gz|\.zst)?$/.test(name)).sort();
  if (tarballs.length === 0)
    throw new UsageError(
      `PGDRILL_IMAGES should be a folder of image tarballs, but ${folder} holds none (*.tar); make them with docker save`,
    );
  const names = await Promise.all(
    tarballs.filter((name) => name.endsWith('.tar')).map((name) => imageNames(join(folder, name))),
  );
  return names.flat();
}

/** The names of the images in one tarball of `docker save`, out of its manifest.json. */
async function imageNames(file: string): Promise<string[]> {
  await using handle = await open(file);
  for (let at = 0; ; ) {
    const header = await read(handle, at, blockBytes);
    const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '');
    if (name === '') return [];
    const bytes = Number.parseInt(header.toString('latin1', 124, 136), 8);
    if (name === 'manifest.json') return tagsOf(await read(handle, at + blockBytes, bytes));
    at += blockBytes + Math.ceil(bytes / blockBytes) * blockBytes;
  }
}

async function read(handle: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}

function tagsOf(manifest: Buffer): string[] {
  const images = JSON.parse(manifest.toString()) as readonly { readonly RepoTags?: readonly string[] | null }[];
  return images.flatMap(({ RepoTags }) => RepoTags ?? []);
}

/** The first image of a repository (`minio/minio`), as `repository:tag`. */
export const imageOf = (repository: string, images: readonly string[]): string | undefined =>
  images.find((name) => name.startsWith(`${repository}:`));

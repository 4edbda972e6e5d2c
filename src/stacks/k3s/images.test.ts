import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { imageOf, listImages } from './images.ts';

/** A tar archive: a header of 512 bytes a file, its bytes filled up to whole blocks, and two empty blocks. */
function tar(files: Record<string, string>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(Buffer.byteLength(text).toString(8).padStart(11, '0'), 124);
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512);
    body.write(text);
    return [header, body];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

describe('the folder of image tarballs', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-images-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('names every image in it, whatever comes before the list in a tarball', async () => {
    const manifest = JSON.stringify([
      { RepoTags: ['minio/minio:x'] },
      { RepoTags: null },
      { RepoTags: ['a/pg:17', 'a/pg:latest'] },
    ]);
    await writeFile(join(folder, 'a.tar'), tar({ 'blobs/sha256/1': 'x'.repeat(700), 'manifest.json': manifest }));
    await writeFile(join(folder, 'b.tar'), tar({ 'oci-layout': '{}' }));
    await writeFile(join(folder, 'c.tar.gz'), 'compressed');
    await writeFile(join(folder, 'notes.txt'), 'not an image');
    expect(await listImages(folder)).to.deep.equal(['minio/minio:x', 'a/pg:17', 'a/pg:latest']);
  });

  it('is refused where it cannot be read or holds no tarball', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'pgdrill-images-'));
    const refused = async (path: string) => listImages(path).catch((error: Error) => error.message);
    expect(await refused(empty)).to.include('holds none (*.tar)');
    expect(await refused('/nowhere')).to.include('PGDRILL_IMAGES should be a folder');
    await rm(empty, { recursive: true });
  });

  it('gives the image of a repository, and not one that only begins alike', () => {
    const images = ['minio/minio-client:1', 'minio/minio:2'];
    expect(imageOf('minio/minio', images)).to.equal('minio/minio:2');
    expect(imageOf('ghcr.io/x/pg', images)).to.equal(undefined);
  });
});

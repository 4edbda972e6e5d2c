/** Builds kustomizations with kubectl: that of this machine, otherwise that of the node image. */

import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { execa } from 'execa';
import { SetupError, UsageError } from '../../../errors.ts';
import { docker, stackLabels } from '../docker.ts';

/** @returns a builder that uses this node image where kubectl is not on the PATH */
export const kustomizeWith =
  (image: string) =>
  async (folder: string): Promise<string> => {
    const own = await execa('kubectl', ['kustomize', folder], { reject: false });
    if (own.code !== 'ENOENT') return outputOf(folder, own.exitCode === 0, own.stdout, own.stderr);
    const { ok, out, err } = await inImage(image, folder);
    return outputOf(folder, ok, out, err);
  };

function outputOf(folder: string, ok: boolean, out: string, err: string): string {
  if (ok) return out;
  throw new UsageError(`the kustomization ${folder} cannot be built: ${reasonIn(err)}`);
}

/** kubectl wraps the reason in each attempt that failed; the missing file is the cause. */
export function reasonIn(output: string): string {
  const last = output.trim().split('\n').at(-1) ?? '';
  const [, missing] = /lstat (\S+): no such file or directory/.exec(last) ?? [];
  if (missing) return `${missing} does not exist`;
  const [, quoted] = /err="((?:[^"\\]|\\.)*)"/.exec(last) ?? [];
  return (quoted ?? last).replace(/^[Ee]rror: /, '') || 'kubectl says nothing';
}

async function inImage(image: string, folder: string): Promise<{ ok: boolean; out: string; err: string }> {
  const root = await rootOf(resolve(folder));
  const { container } = await docker();
  const made = await container.dockerode
    .createContainer({
      Image: image,
      Entrypoint: ['kubectl', 'kustomize', join('/manifests', relative(root, resolve(folder)))],
      Cmd: [],
      Labels: await stackLabels(randomBytes(3).toString('hex'), false),
      HostConfig: { Binds: [`${root}:/manifests:ro`], NetworkMode: 'none' },
    })
    .catch((error: Error) => {
      throw new SetupError(
        `the kustomization ${folder} is built with kubectl, which is neither on the PATH nor in the image ${image}: ${error.message.trim()}`,
      );
    });
  try {
    await made.start();
    const { StatusCode } = (await made.wait()) as { StatusCode: number };
    const part = async (which: 'stdout' | 'stderr') =>
      withoutFrames(await made.logs({ stdout: which === 'stdout', stderr: which === 'stderr' }));
    return {
      ok: StatusCode === 0,
      out: await part('stdout'),
      err: (await part('stderr')).replaceAll('/manifests', root),
    };
  } finally {
    await made.remove({ force: true, v: true }).catch(() => {});
  }
}

/** The folder that bases may lie in: the repository, or the folder itself where it is in none. */
async function rootOf(folder: string): Promise<string> {
  for (let above = folder; ; above = dirname(above)) {
    const isRoot = await access(join(above, '.git')).then(
      () => true,
      () => false,
    );
    if (isRoot) return above;
    if (dirname(above) === above) return folder;
  }
}

/** Docker puts eight bytes before each part of a log: the stream, and the length in the last four. */
function withoutFrames(log: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= log.length; ) {
    const length = log.readUInt32BE(at + 4);
    parts.push(log.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts).toString('utf8');
}

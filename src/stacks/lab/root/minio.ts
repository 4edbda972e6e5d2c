/** Installs MinIO the way its authors still offer it: from source with Go, at a pinned version. */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { contained, hasProgram, run } from '../hosts/command.ts';
import { debianMirror, downloadEnvironment, suite, verified } from './debian.ts';

export const minioVersion = 'v0.0.0-20260212201848-7aac2a2c5b7c';
/** What its go.mod demands. */
const goAtLeast = [1, 24] as const;

/** Where the program is in the folder: the folder is a layer of the hosts' file system. */
const programFolder = 'usr/local/bin';

/** Puts the program `minio` into a layer. @throws SetupError where Go cannot build it, with Go's last words */
export async function makeMinio(folder: string, progress: (step: string) => void, signal: AbortSignal): Promise<void> {
  await mkdir(join(folder, programFolder), { recursive: true });
  const onLine = (line: string) => {
    const [, module] = /^go: downloading (\S+)/.exec(line) ?? [];
    if (module) progress(`MinIO: downloading ${module}`);
  };
  const options = { onLine, signal };
  if (await machineHasGo()) {
    progress(`MinIO ${minioVersion}: building it with this machine's Go`);
    await run(...contained('go', install), {
      ...options,
      env: { ...goEnvironment, GOBIN: join(folder, programFolder) },
    });
    return;
  }
  await makeWithDebianGo(folder, progress, options);
}

const install = ['install', '-trimpath', '-ldflags', '-s -w', `github.com/minio/minio@${minioVersion}`];
// `local`: use the installed Go, never download another. No cgo: the program must run in any root.
const goEnvironment = { GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' };

async function machineHasGo(): Promise<boolean> {
  if (!(await hasProgram('go'))) return false;
  const { stdout } = await execa('go', ['env', 'GOVERSION'], { reject: false });
  return isRecentEnough(String(stdout));
}

/** Whether a version as `go env GOVERSION` prints it (`go1.26.8`) can build MinIO. */
export function isRecentEnough(version: string): boolean {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  if (!major || !minor) return false;
  return Number(major) > goAtLeast[0] || (Number(major) === goAtLeast[0] && Number(minor) >= goAtLeast[1]);
}

/** There is no /proc in the build root, by which Go would find itself. */
const buildRootEnvironment = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  SSL_CERT_FILE: '',
  GOROOT: '/usr/lib/go',
  GOBIN: '/',
  GOPATH: '/go',
};

/** Debian 13's Go in a root of its own, since this machine's is missing or too old. The root is thrown away. */
async function makeWithDebianGo(
  folder: string,
  progress: (step: string) => void,
  options: Parameters<typeof run>[2],
): Promise<void> {
  const root = `${folder}/build-root`;
  progress(
    `MinIO: this machine has no Go ${goAtLeast.join('.')} or newer, so Debian ${suite}'s is put into a build root`,
  );
  const include = '--include=golang-go,ca-certificates';
  const mirror = await debianMirror();
  await run(...contained('debootstrap', [verified, '--variant=minbase', include, suite, root, ...mirror]), {
    ...options,
    env: await downloadEnvironment(),
  });
  await copyFile('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
  // A machine behind a proxy that signs for itself has its authority in its own bundle: use it here too.
  const bundle = process.env.SSL_CERT_FILE || '/etc/ssl/certs/ca-certificates.crt';
  const authorities = await readFile(bundle).catch(() => undefined);
  if (authorities) await writeFile(join(root, 'etc/ssl/certs/ca-certificates.crt'), authorities);
  progress(`MinIO ${minioVersion}: building it with Debian ${suite}'s Go`);
  await run(...contained('chroot', [root, 'go', ...install]), {
    ...options,
    env: { ...goEnvironment, ...buildRootEnvironment },
  });
  await copyFile(join(root, 'minio'), join(folder, programFolder, 'minio'));
  await rm(root, { recursive: true });
}

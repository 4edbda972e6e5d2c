/** Makes the hosts' root file system: Debian with the distribution's own packages and nothing else. */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contained, hasProgram, run } from '../hosts/command.ts';

export const suite = 'trixie';
/** What the hosts run, and what those programs need to do it (Patroni's driver for etcd and for PostgreSQL). */
export const packages = [
  'postgresql-17',
  'patroni',
  'python3-etcd',
  'python3-psycopg2',
  'etcd-server',
  'haproxy',
  'pgbouncer',
  'barman-cli-cloud',
  'python3-boto3',
  'iproute2',
] as const;

/** Size of all packages together, for a person who waits. */
const downloadMegabytes = 140;

/** Written between unpacking and configuring; part of what the cache's key is built from. */
export const preseed: Readonly<Record<string, { text: string; mode?: number }>> = {
  // The root is thrown away where it is not finished, so syncing each file only costs time.
  'etc/dpkg/dpkg.cfg.d/pgdrill': {
    text: 'force-unsafe-io\npath-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n',
  },
  // The lab initialises its own data directory.
  'etc/postgresql-common/createcluster.conf': { text: 'create_main_cluster = false\n' },
  // No package may start a service while it is installed.
  'usr/sbin/policy-rc.d': { text: '#!/bin/sh\nexit 101\n', mode: 0o755 },
};

/** Without the keys debootstrap would take unverified packages, with a warning that nobody reads. */
export const verified = '--force-check-gpg';
export const archiveKeys = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Makes the root file system in `folder`, which must not exist yet.
 * @throws SetupError where debootstrap fails, with its last words
 */
export async function makeRoot(folder: string, progress: (step: string) => void, signal: AbortSignal): Promise<void> {
  const mirror = await debianMirror();
  const env = await downloadEnvironment();
  const onLine = debootstrapProgress(progress);
  const options = { env, onLine, signal };
  const first = [
    '--foreign',
    verified,
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    suite,
    folder,
    ...mirror,
  ];
  const reporting = setInterval(() => showDownloaded(folder, progress), 2_000);
  await run(...contained('debootstrap', first), options).finally(() => clearInterval(reporting));
  for (const [path, { text, mode }] of Object.entries(preseed)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text, { mode: mode ?? 0o644 });
  }
  await run(...contained('chroot', [folder, '/debootstrap/debootstrap', '--second-stage']), {
    ...options,
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  await rm(join(folder, 'var/cache/apt/archives'), { recursive: true, force: true });
  await rm(join(folder, 'var/lib/apt/lists'), { recursive: true, force: true });
}

/** How much has been downloaded so far: debootstrap itself reports no sizes. */
async function showDownloaded(folder: string, progress: (step: string) => void): Promise<void> {
  const archives = join(folder, 'var/cache/apt/archives');
  const names = await readdir(archives).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(archives, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
  if (megabytes > 0) progress(`Debian ${suite}: ${megabytes.toFixed(0)} MB of about ${downloadMegabytes} downloaded`);
}

/** debootstrap names each package three times; one line a kind with a count is enough for a person. */
function debootstrapProgress(progress: (step: string) => void): (line: string) => void {
  const counts = new Map<string, number>();
  return (line) => {
    const [, verb, name] =
      /^I: (Retrieving|Validating|Extracting|Unpacking|Configuring) (\S+?)(\.\.\.)?$/.exec(line) ?? [];
    if (!verb || !name || verb === 'Validating') return;
    const n = (counts.get(verb) ?? 0) + 1;
    counts.set(verb, n);
    if (n % 10 === 1) progress(`Debian ${suite}: ${verb.toLowerCase()} package ${n} (${name})`);
  };
}

/**
 * The arguments of debootstrap that name the mirror: `PGDRILL_DEBIAN_MIRROR`, else the one that this machine's apt uses.
 * None where apt knows no mirror of Debian, as on Ubuntu: debootstrap then takes the one that it was built with.
 */
export async function debianMirror(): Promise<string[]> {
  if (process.env.PGDRILL_DEBIAN_MIRROR) return [process.env.PGDRILL_DEBIAN_MIRROR];
  if (!(await hasProgram('apt-get'))) return [];
  const targets = await run('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(COMPONENT)',
    'Created-By: Packages',
  ]);
  const mirror = pickMirror(targets);
  return mirror === undefined ? [] : [mirror];
}

/** Of lines `address component`, the first archive of Debian itself: not its security archive, not another's. */
export function pickMirror(targets: string): string | undefined {
  const isDebian = (line: string) => /\/debian\/? main$/.test(line);
  return targets
    .split('\n')
    .find(isDebian)
    ?.replace(/\/? main$/, '');
}

/** debootstrap does not read apt's settings: pass the proxy that apt uses, if any. */
export async function downloadEnvironment(): Promise<Record<string, string>> {
  if (!(await hasProgram('apt-config'))) return {};
  const shown = await run('apt-config', ['shell', 'proxy', 'Acquire::http::Proxy']);
  const [, proxy] = /proxy='([^']+)'/.exec(shown) ?? [];
  return proxy && proxy !== 'DIRECT' ? { http_proxy: proxy } : {};
}

/** What a lab needs of the machine that no preparation of ours gives it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { makeFolders } from '../../safety/folders.ts';
import { stateFolder } from '../../safety/state-folder.ts';
import { hasProgram } from './hosts/command.ts';

/** Programs of the machine that a lab calls, by the Debian package that has them. */
const needed: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  iptables: 'iptables',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  flock: 'util-linux',
};

/** One sentence that says what is missing and what to do about it; undefined where nothing is. */
export async function whyImpossible(): Promise<string | undefined> {
  if (process.platform !== 'linux')
    return `the lab needs Linux, and this is ${process.platform}: run it in a Linux machine`;
  if (process.getuid?.() !== 0) return 'the lab needs root, for network namespaces: run it again with sudo';
  for (const [program, name] of Object.entries(needed))
    if (!(await hasProgram(program))) return `the lab needs ${program}: apt-get install ${name}`;
  const made = await execa('unshare', ['--net', '--mount', '--pid', '--ipc', '--uts', '--fork', 'true'], {
    reject: false,
  });
  if (made.exitCode !== 0)
    return `this machine refuses namespaces (${made.stderr.trim()}), as containers do: run the lab on a machine or a virtual machine of its own`;
  return whyNoOverlay();
}

/** Tries what every host does: an overlay whose upper layer is in the state folder, seen by nobody else. */
const tryOverlay = `
mkdir -p "$0/lower" "$0/upper" "$0/work" "$0/root" &&
mount -t overlay overlay -o "lowerdir=$0/lower,upperdir=$0/upper,workdir=$0/work" "$0/root"
`;

async function whyNoOverlay(): Promise<string | undefined> {
  const folder = await makeFolders(stateFolder(), 0o700)
    .then(() => mkdtemp(join(stateFolder(), 'try-')))
    .catch((error: Error) => error);
  if (folder instanceof Error)
    return `the state folder ${stateFolder()} cannot be written to (${folder.message}): set PGDRILL_STATE to another`;
  try {
    const made = await execa('unshare', ['--mount', 'sh', '-c', tryOverlay, folder], { reject: false });
    if (made.exitCode === 0) return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return `the file system of ${stateFolder()} cannot carry the hosts' overlays, as that of a container cannot: mount a volume there, or set PGDRILL_STATE to a folder on a disk`;
}

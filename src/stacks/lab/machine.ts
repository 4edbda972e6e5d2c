/** What a lab needs of the machine that no preparation of ours gives it. */
import { execa } from 'execa';
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
  return undefined;
}

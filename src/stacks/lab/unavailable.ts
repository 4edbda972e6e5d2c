/** Whether a lab can run on this machine; if not, the one thing that is missing and what to do about it. */
import { execa } from 'execa';
import { hasProgram } from './command.ts';
import { missingParts } from './rootfs.ts';

/** Programs of the machine that a lab calls, by the Debian package that has them. */
const needed: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  iptables: 'iptables',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  flock: 'util-linux',
};

/** One sentence, or undefined where a lab can be opened at once. */
export async function whyUnavailable(): Promise<string | undefined> {
  return (await whyImpossible()) ?? whyUnprepared();
}

/** What no set-up of ours could mend. */
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

async function whyUnprepared(): Promise<string | undefined> {
  const missing = await missingParts();
  if (missing.length === 0) return undefined;
  return `the lab is not prepared yet (missing: ${missing.join(', ')}): run npm start, or node scripts/setup.mjs drill`;
}

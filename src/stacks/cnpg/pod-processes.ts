/** The processes of one pod, found on its node by their control group and not by what the API says of them. */
import type { Armed, NodeShell } from './node-shell.ts';

/**
 * Shell functions over the pod whose UID is the first argument. The groups are listed once: a container that is started
 * later has a group of its own and is left alone. With the systemd driver a group's name has `_` for `-`.
 */
export const podFunctions = `
groups=$(find /sys/fs/cgroup -type d '(' -path "*$1*" -o -path "*$(echo "$1" | tr - _)*" ')')
processes() { for g in $groups; do cat $g/cgroup.procs 2>/dev/null; done | sort -un | grep -v '^0$'; }
named() { for p in $(processes); do [ "$(cat /proc/$p/comm 2>/dev/null)" = "$1" ] && echo $p; done; }
state() { sed 's/^.*) //' /proc/$1/stat 2>/dev/null | cut -c1; }
parent() { sed 's/^.*) . //' /proc/$1/stat 2>/dev/null | cut -d' ' -f1; }
`;

/** Runs a script with those functions in a node. @throws SetupError with its output if it fails */
export const onProcesses = (shell: NodeShell, uid: string, script: string): Promise<string> =>
  shell.run(`${podFunctions}\n${script}`, [uid]);

/** The same, waiting before `action`: see `arm`. @param args what the scripts see as `$2`, … */
export const armOnProcesses = (
  shell: NodeShell,
  uid: string,
  action: string,
  check: string,
  args: readonly string[] = [],
): Promise<Armed> => shell.arm({ setup: podFunctions, action, check, args: [uid, ...args] });

/** How many processes of the pod there are. */
export async function countProcesses(shell: NodeShell, uid: string): Promise<number> {
  return Number(await onProcesses(shell, uid, 'processes | wc -l'));
}

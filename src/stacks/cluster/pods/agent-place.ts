/** Where the scripts of a node agent keep their files, and what all of them can do. */

export interface AgentPlace {
  /** The agent's own folder. */
  readonly folder: string;
  /** A shell on the node: it reads a script from standard input where `-s` and arguments follow. */
  readonly enter: string;
}

// A file that is rewritten is empty for a moment, in which the agent must not read it: a beat is put in place whole.
// Uptime and not the time of day: a clock that is set must not pull the switch.
export const functions = ({ folder, enter }: AgentPlace): string => `
now() { cut -d. -f1 /proc/uptime; }
beat() { now > ${folder}/beat.$$ && mv ${folder}/beat.$$ ${folder}/beat; }
undo() {
  [ -f ${folder}/undo ] || return 1
  set --
  while IFS= read -r arg; do set -- "$@" "$arg"; done < ${folder}/undo.args
  ${enter} -s -- "$@" < ${folder}/undo && mv ${folder}/undo ${folder}/undone
}`;

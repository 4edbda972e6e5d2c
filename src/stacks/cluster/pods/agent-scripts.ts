/** What runs inside a node agent: its dead man's switch, and what its driver says to it over a connection that stays open. */

export interface AgentPlace {
  /** The agent's own folder. */
  readonly folder: string;
  /** A shell on the node: it reads a script from standard input where `-s` and arguments follow. */
  readonly enter: string;
}

/** What the agent answers once it has undone what it guards, after what that printed; and where it guards nothing, or could not. */
export const undoneWord = 'pgdrill-undone';
export const nothingWord = 'pgdrill-nothing';

// A file that is rewritten is empty for a moment, in which the agent must not read it: a beat is put in place whole.
// Uptime and not the time of day: a clock that is set must not pull the switch.
const functions = ({ folder, enter }: AgentPlace): string => `
now() { cut -d. -f1 /proc/uptime; }
beat() { now > ${folder}/beat.$$ && mv ${folder}/beat.$$ ${folder}/beat; }
undo() {
  [ -f ${folder}/undo ] || return 1
  set --
  while IFS= read -r arg; do set -- "$@" "$arg"; done < ${folder}/undo.args
  ${enter} -s -- "$@" < ${folder}/undo && mv ${folder}/undo ${folder}/undone
}`;

/** The agent: undoes what it guards when it has not been heard of for so long, or is ended. */
export const switchScript = (place: AgentPlace, switchAfterS: number): string => `
mkdir -p ${place.folder}; ${functions(place)}
beat; trap 'undo' EXIT; trap 'exit 0' TERM INT
while :; do
  [ $(( $(now) - $(cat ${place.folder}/beat) )) -gt ${switchAfterS} ] && undo
  sleep 1 & wait $!
done`;

/** Listens to its driver, a word a line: `beat`, and `undo`, which it answers. */
export const listenScript = (place: AgentPlace): string => `${functions(place)}
while read -r word; do beat; [ "$word" = undo ] && { undo && echo ${undoneWord} || echo ${nothingWord}; }; done`;

/** Keeps what is to be undone: its first argument, a script, with the other arguments. It was heard of now, and has undone nothing yet. */
export const guardScript = (place: AgentPlace): string => `${functions(place)}
beat; rm -f ${place.folder}/undone ${place.folder}/undo
printf '%s\\n' "$1" > ${place.folder}/undo.new; shift
for arg in "$@"; do printf '%s\\n' "$arg"; done > ${place.folder}/undo.args
mv ${place.folder}/undo.new ${place.folder}/undo`;

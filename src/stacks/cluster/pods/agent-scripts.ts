/** What runs inside a node agent: its dead man's switch, and what its driver says to it over a connection that stays open. */

export interface AgentPlace {
  /** The agent's own folder. */
  readonly folder: string;
  /** A command that runs the script of its standard input on the node. */
  readonly enter: string;
}

/** What the agent answers once it has undone what it guards, after what that printed; and where it guards nothing, or could not. */
export const undoneWord = 'pgdrill-undone';
export const nothingWord = 'pgdrill-nothing';

// A file that is written anew is empty for a moment, in which the agent must not read it: a beat is put in place whole.
// Uptime and not the time of day: a clock that is set must not pull the switch.
const functions = ({ folder, enter }: AgentPlace): string => `
now() { cut -d. -f1 /proc/uptime; }
beat() { now > ${folder}/beat.$$ && mv ${folder}/beat.$$ ${folder}/beat; }
undo() { [ -f ${folder}/undo ] && ${enter} < ${folder}/undo && mv ${folder}/undo ${folder}/undone; }`;

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

/** Keeps what is to be undone. It was heard of now, and has undone nothing of it yet. */
export const guardScript = (place: AgentPlace, undo: string): string => `${functions(place)}
beat; rm -f ${place.folder}/undone
echo ${Buffer.from(undo).toString('base64')} | base64 -d > ${place.folder}/undo.new && mv ${place.folder}/undo.new ${place.folder}/undo`;

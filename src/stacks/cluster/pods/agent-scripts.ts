/** What runs inside a node agent: its dead man's switch, and what its driver says to it over a connection that stays open. */

import { type AgentPlace, functions } from './agent-place.ts';
import { reportedWord, stopTimed } from './timed-scripts.ts';

/** What the agent answers once it has undone what it guards, after what that printed; and where it guards nothing, or could not. */
export const undoneWord = 'pgdrill-undone';
export const nothingWord = 'pgdrill-nothing';

/**
 * The agent: undoes what it guards when it has not been heard of for so long, or is ended. What a timed action does, it
 * guards until a while after the end of that, heard of or not.
 */
export const switchScript = (place: AgentPlace, switchAfterS: number): string => `
mkdir -p ${place.folder}; ${functions(place)}
beat; trap 'undo' EXIT; trap 'exit 0' TERM INT
while :; do
  if [ -f ${place.folder}/until ]; then [ $(now) -gt $(cat ${place.folder}/until) ] && undo
  else [ $(( $(now) - $(cat ${place.folder}/beat) )) -gt ${switchAfterS} ] && undo; fi
  sleep 1 & wait $!
done`;

/** Listens to its driver, a word a line: `beat`; `undo` and `stop`, which it answers. */
export const listenScript = (place: AgentPlace): string => `${functions(place)}
while read -r word; do
  beat
  case "$word" in
    undo) undo && echo ${undoneWord} || echo ${nothingWord};;
    stop) ${stopTimed(place)}; echo ${reportedWord};;
  esac
done`;

/**
 * Keeps what is to be undone: its first argument, a script, with the other arguments. It was heard of now, and has undone
 * nothing yet.
 * @param untilS guarded for this long instead of until the driver is not heard of
 */
export const guardScript = (place: AgentPlace, untilS?: number): string => `${functions(place)}
beat; rm -f ${place.folder}/undone ${place.folder}/undo ${place.folder}/until
${untilS === undefined ? '' : `echo $(( $(now) + ${untilS} )) > ${place.folder}/until.new && mv ${place.folder}/until.new ${place.folder}/until`}
printf '%s\\n' "$1" > ${place.folder}/undo.new; shift
for arg in "$@"; do printf '%s\\n' "$arg"; done > ${place.folder}/undo.args
mv ${place.folder}/undo.new ${place.folder}/undo`;

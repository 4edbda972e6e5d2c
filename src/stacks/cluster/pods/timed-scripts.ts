/**
 * A timed action: what a node does to itself for a length that is decided before. It begins, proves itself and ends by the
 * node's own clock, whether anybody can reach the node or not, and keeps a record of what it did and when.
 */
import { type AgentPlace, functions } from './agent-place.ts';

/** What the agent answers after the record. */
export const reportedWord = 'pgdrill-reported';
/** Long enough for the word that it begins to leave the node. */
const beginsAfterS = 0.3;
/** A node that was asked to stop has stopped by then. */
const stopsWithinS = 10;

export const folderOf = ({ folder }: AgentPlace): string => `${folder}/timed`;

/** Keeps the three scripts that are its arguments, action, count and undo, with the arguments that they get. */
export const keepScript = (place: AgentPlace): string => `
d=${folderOf(place)}; rm -rf $d; mkdir -p $d
for name in action count undo; do printf '%s\\n' "$1" > $d/$name; shift; done
for arg in "$@"; do printf '%s\\n' "$arg"; done > $d/args`;

/**
 * Does the action, looks every fifth of a second whether it took effect, and undoes it when the time is over or somebody
 * asks for it. Times are nanoseconds of the time of day; the length is by the uptime, which nobody sets.
 */
export const timedScript = (place: AgentPlace, lengthS: number): string => `${functions(place)}
d=${folderOf(place)}
stamp() { date +%s%N; }
say() { echo "$*" >> $d/record; }
node() {
  file=$d/$1
  set --
  while IFS= read -r arg; do set -- "$@" "$arg"; done < $d/args
  ${place.enter} -s -- "$@" < $file
}
sleep ${beginsAfterS}
from=$(stamp)
if ! node action > $d/said 2>&1; then
  say "failed $(tr '\\n' ' ' < $d/said)"
  node undo > /dev/null 2>&1
  exit 1
fi
say "began $from $(stamp)"
end=$(( $(now) + ${lengthS} )); why=time; proved=
while [ $(now) -lt $end ]; do
  if [ -f $d/stop ]; then why=asked; break; fi
  if [ -z "$proved" ]; then
    at=$(stamp); counts=$(node count)
    case "$counts" in ''|'0 '*|*' 0') ;; *) say "proved $at $(stamp) $counts"; proved=1;; esac
  fi
  sleep 0.2
done
at=$(stamp); left=$(node undo | head -n 1)
say "ended $at $(stamp) $why"
[ -z "$left" ] || say "left $left"
rm -f ${place.folder}/until
[ ! -f ${place.folder}/undo ] || mv ${place.folder}/undo ${place.folder}/undone`;

/** Starts the timed action in the background: the connection that starts it may break. */
export const startTimed = (place: AgentPlace): string =>
  `setsid sh ${folderOf(place)}/run > ${folderOf(place)}/log 2>&1 < /dev/null &`;

/** Has it stop, waits until it has, and prints the record; `none` where nothing was ever timed here. */
export const stopTimed = (place: AgentPlace): string => {
  const d = folderOf(place);
  const isOver = `grep -qs -e '^ended' -e '^failed' ${d}/record`;
  const wait = `n=0; until ${isOver} || [ $n -ge ${stopsWithinS * 10} ]; do sleep 0.1; n=$((n + 1)); done`;
  return `if [ -f ${d}/run ]; then touch ${d}/stop; ${wait}; cat ${d}/record; else echo none; fi`;
};

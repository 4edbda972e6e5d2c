/** Whether the probes cover the whole time of the load, on every stream. */
import { isDatabaseWrite, slotOutcomes } from '../../journal/event.ts';
import type { Run, Slots } from '../../journal/run.ts';
import { directStreams } from '../availability/outage.ts';
import { instancesByAddress } from '../instances.ts';
import { counted, few, inSeconds, ms } from '../measured.ts';
import { ledgerDetail } from '../writes/ledger.ts';
import { monotonicViolations, primaryStaleReads } from '../writes/stale.ts';
import { loadTimes } from './course.ts';

const ok = slotOutcomes.indexOf('ok');

/** Streams begin with the load and end with it, to this or to some of their own steps. */
const togetherUs = 3_000_000;
const steps = 10;

export const slotDoubts = (run: Run): string[] => [
  ...[...run.slots.values()].flatMap((slots) => doubtsOf(run, slots)),
  ...staleDoubts(run),
  ...copyDoubts(run),
];

/** So many slots have to be the same, to the µs, in two streams. */
const sameSlots = 50;
/** Times of so few kinds are a test’s, not a machine’s. */
const leastKinds = 10;

/** Two streams that were probed one by one never have the same times. */
function copyDoubts(run: Run): string[] {
  const all = [...run.slots.values()].filter(({ n }) => n >= sameSlots);
  return all.flatMap((one, i) =>
    all
      .slice(i + 1)
      .flatMap((other) =>
        isCopy(one, other) ? [`the probes of ${other.stream.name} are those of ${one.stream.name}`] : [],
      ),
  );
}

function isCopy(one: Slots, other: Slots): boolean {
  const kinds = new Set<number>();
  let [same, seen] = [0, 0];
  for (let row = 0; row < Math.min(one.n, other.n) && seen < sameSlots; row++) {
    if (Number.isNaN(one.startUs[row]!) || Number.isNaN(other.startUs[row]!)) continue;
    seen++;
    const [late, took] = [one.startUs[row]! - one.dueUs[row]!, one.doneUs[row]! - one.dueUs[row]!];
    kinds.add(took);
    if (late === other.startUs[row]! - other.dueUs[row]! && took === other.doneUs[row]! - other.dueUs[row]!) same++;
  }
  return seen >= sameSlots && same === seen && kinds.size >= leastKinds;
}

/** A stream’s next write must find what was acknowledged to it, and a session’s next read what an earlier one saw. */
function staleDoubts(run: Run): string[] {
  if ((ledgerDetail(run)?.lost.length ?? 0) > 0) return [];
  const [missed, back] = [primaryStaleReads(run).value ?? 0, monotonicViolations(run).value ?? 0];
  return [
    ...(missed > 0
      ? [`${counted(missed, 'probe')} did not find what had been acknowledged before, but the ledger has lost nothing`]
      : []),
    ...(back > 0 ? [`${counted(back, 'read')} found less than an earlier read of the same session`] : []),
  ];
}

function doubtsOf(run: Run, slots: Slots): string[] {
  const { name } = slots.stream;
  if (slots.n === 0) return [`no slot of ${name} was recorded`];
  return [...coverDoubts(run, slots), ...answerDoubts(run, slots)];
}

function coverDoubts(run: Run, { stream, n, dueUs }: Slots): string[] {
  const times = loadTimes(run);
  if (!times) return [];
  const slackUs = Math.max(togetherUs, steps * stream.stepUs);
  const lateUs = dueUs[0]! - times.fromUs;
  const earlyUs = times.untilUs - dueUs[n - 1]!;
  return [
    ...(lateUs > slackUs ? [`the probes of ${stream.name} begin ${inSeconds(ms(lateUs))} s after the load`] : []),
    ...(earlyUs > slackUs ? [`the probes of ${stream.name} end ${inSeconds(ms(earlyUs))} s before the load`] : []),
  ];
}

/** An answer of the database names its server and the previous value; it cannot hold a value that was not yet written. */
function answerDoubts(run: Run, slots: Slots): string[] {
  const { stream, n, slot, startUs, dueUs, doneUs, outcome, server, servers, saw } = slots;
  if (stream.path === 'api') return [];
  const written = directStreams(run)[0];
  const byAddress = instancesByAddress(run);
  const isKnown = servers.map((address) => byAddress.has(address));
  const wrong = { server: 0, saw: 0, ahead: 0, order: 0, answered: 0, strange: new Set<string>() };
  let answered = 0;
  for (let row = 0; row < n; row++) {
    if (doneUs[row]! < (Number.isNaN(startUs[row]!) ? dueUs[row]! : startUs[row]!)) wrong.order++;
    if (outcome[row] !== ok) {
      if (server[row]! >= 0) wrong.answered++;
      continue;
    }
    answered++;
    if (Number.isNaN(startUs[row]!)) wrong.order++;
    const by = server[row]!;
    if (by < 0) wrong.server++;
    else if (!isKnown[by]) wrong.strange.add(servers[by]!);
    if (saw[row]! < 0) wrong.saw++;
    if (isDatabaseWrite(stream) ? saw[row]! >= slot[row]! : notYetWritten(written, saw[row]!, doneUs[row]!))
      wrong.ahead++;
  }
  // The first slots find nothing, as may those of a primary that has lost what it had.
  const sawMost = 10 + answered / 50;
  return [
    ...(wrong.order > 0 ? [`${counted(wrong.order, 'slot')} of ${stream.name} ended before it began`] : []),
    ...(wrong.answered > 0
      ? [`${counted(wrong.answered, 'slot')} of ${stream.name} failed, and names the server that answered`]
      : []),
    ...(wrong.server > 0
      ? [`${counted(wrong.server, 'answer')} to ${stream.name} without the server that gave it`]
      : []),
    ...(wrong.saw > sawMost ? [`${counted(wrong.saw, 'answer')} to ${stream.name} without the value before`] : []),
    ...(wrong.ahead > 0 ? [`${counted(wrong.ahead, 'slot')} of ${stream.name} saw what was not yet written`] : []),
    ...(wrong.strange.size > 0
      ? [`${stream.name} was answered by ${few([...wrong.strange])}, which is not an instance of the stack`]
      : []),
  ];
}

/** A read shows the number of a slot of the direct stream: one that had begun by then. */
function notYetWritten(written: Slots | undefined, slot: number, atUs: number): boolean {
  if (!written || slot < 0) return false;
  return slot >= written.n || written.startUs[slot]! > atUs;
}

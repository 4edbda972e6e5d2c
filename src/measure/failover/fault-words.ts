/** What a drill broke, in words: `70 % of the packets of the primary pg3 were lost for 20.0 s`. */
import { parseDurationMs } from '../../duration.ts';
import { contractOf } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import { type FaultWindow, faultWindows } from '../availability/fault-windows.ts';
import { capital, counted, inSeconds, listed, ms } from '../measured.ts';
import { roleNamed } from './target-role.ts';

/** How long it was in force for certain, ms; undefined where it was never ended. */
export const inForceMs = ({ inject, heal }: FaultWindow): number | undefined =>
  heal && Math.max(0, ms(heal.lo - inject.hi));

/** The longest time of a fault that may have come and gone, ms; undefined where it was never ended. */
export function longestInForceMs(run: Run, { fault, target }: FaultWindow): number | undefined {
  const each = faultWindows(run)
    .filter((one) => one.fault === fault && one.target === target)
    .map(inForceMs)
    .filter((heldMs) => heldMs !== undefined);
  return each.length > 0 ? Math.max(...each) : undefined;
}

/** How long the drill meant it to last, ms. */
function askedMs({ parameters }: FaultWindow): number | undefined {
  const text = parameters.for;
  try {
    return typeof text === 'string' ? parseDurationMs(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Beyond what was asked for, a fault that lasts longer than this is the harness’s doing. */
const lateMs = 1_000;

/**
 * When an instance that was ended streamed again before the drill looked for it, ms after the fault: the platform started
 * it, and the time until the drill's look is nobody's downtime. Undefined where the drill had to start it.
 */
function streamedAgainMs({ replicas }: Run, { fault, hits, inject, heal }: FaultWindow): number | undefined {
  if (contractOf(fault)?.instance !== 'gone' || !heal) return undefined;
  const own = replicas.filter(({ instance, tUs }) => hits.includes(instance) && tUs >= inject.lo);
  const back = own[own.findLastIndex(({ streaming }) => !streaming) + 1];
  return back && back !== own[0] && back.tUs < heal.lo ? ms(back.tUs - inject.lo) : undefined;
}

/** ` for 30.4 s`. */
function lasted(run: Run, window: FaultWindow): string {
  if (streamedAgainMs(run, window) !== undefined) return '';
  const heldMs = inForceMs(window);
  return heldMs === undefined ? ' until the run ended' : ` for ${inSeconds(heldMs)} s`;
}

/** `, and it streamed again after 52.5 s`; empty where the drill started it. */
function backText(run: Run, window: FaultWindow): string {
  const backMs = streamedAgainMs(run, window);
  return backMs === undefined ? '' : `, and it streamed again after ${inSeconds(backMs)} s`;
}

/** That it lasted longer than the scenario asks for, which is the drill's doing; empty where it did not. */
function overtime(window: FaultWindow): string {
  const [heldMs, asked] = [inForceMs(window), askedMs(window)];
  if (heldMs === undefined || asked === undefined || heldMs <= asked + lateMs) return '';
  const { effective, heal } = window;
  const isProof = effective !== undefined && heal !== undefined && heal.lo - effective.hi < 1_000_000;
  return ` The scenario asks for ${inSeconds(asked)} s only${isProof ? ': the drill’s own proof of the fault took longer, and delayed its end' : ''}.`;
}

/** The target with its role: of a group the primary by name, where it is in it. */
function targetNamed(run: Run, { target, hits, inject }: FaultWindow): string {
  if (target === 'operator') return run.header.stack === 'lab' ? 'a member of etcd' : 'the operator';
  if (hits.length === 1 && hits[0] === target) return roleNamed(run, target, inject.lo);
  return `the group ${target} (${hits.map((one) => roleNamed(run, one, inject.lo)).join(', ')})`;
}

/** What the fault did, as a clause; of one that this version does not know, that it was in force. */
function clauseOf(run: Run, window: FaultWindow, time = lasted(run, window)): string {
  const contract = contractOf(window.fault);
  const it = targetNamed(run, window);
  const { for: _for, every: _every, times: _times, ...own } = window.parameters;
  const parsed = contract?.parameters?.safeParse(own);
  if (!contract || parsed?.success === false) return `the fault ${window.fault} was in force on ${it}${time}`;
  return contract.says(it, (parsed?.data ?? {}) as never, time);
}

/** The same without its length: what the cause of an outage says of it. */
export const bareClauseOf = (run: Run, window: FaultWindow): string => clauseOf(run, window, '');

const most = 5;

/** What was broken, as sentences; undefined where nothing was. */
export function faultInWords(run: Run): string | undefined {
  const groups = [
    ...Map.groupBy(faultWindows(run), ({ fault, target, parameters }) =>
      JSON.stringify([fault, target, parameters]),
    ).values(),
  ];
  if (groups.length === 0) return undefined;
  const texts = groups.slice(0, most).map((windows) => sentenceOf(run, windows));
  const more = groups.length - texts.length;
  return [...texts, ...(more > 0 ? [`And ${counted(more, 'more fault')}.`] : [])].join(' ');
}

function sentenceOf(run: Run, windows: readonly FaultWindow[]): string {
  const [first, ...others] = windows as [FaultWindow, ...FaultWindow[]];
  if (others.length === 0) return `${capital(clauseOf(run, first))}${backText(run, first)}.${overtime(first)}`;
  const each = windows.map((window) => inForceMs(window)).filter((heldMs) => heldMs !== undefined);
  const often = windows.length === 2 ? 'twice' : `${windows.length} times`;
  const times = ` ${often}${each.length === windows.length ? `, for ${listed(each.map((heldMs) => `${inSeconds(heldMs)} s`))}` : ''}`;
  const clause = clauseOf(run, first, times);
  // What is over at once has no words of its length to hold this.
  return `${capital(clause)}${clause.includes(often) ? '' : ` (${often})`}.`;
}

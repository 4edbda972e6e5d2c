/** What a node wrote of a timed action, on our clock. Pure. */
import { SetupError } from '../../../errors.ts';
import type { Bracket } from '../../../faults/contract.ts';
import type { TimedRecord } from '../../cnpg/node-shell.ts';
import type { Ahead } from '../clock-ahead.ts';

/** Whether the action is over, as far as this says. */
export const isOver = (text: string): boolean => /^(ended|failed) /m.test(text);

/**
 * @param text as `timedScript` wrote it, to its end
 * @param ahead how far the node's time of day is ahead of our clock
 * @throws SetupError where the node could not do it, or says something else
 */
export function readRecord(text: string, { aheadNs, plusMinusNs }: Ahead, node: string): TimedRecord {
  const lines = new Map(text.split('\n').map((line) => [line.split(' ', 1)[0]!, line.split(' ').slice(1)]));
  const failed = lines.get('failed');
  if (failed)
    throw new SetupError(`${node} could not do what it was to do: ${failed.join(' ').trim() || 'it said nothing'}`);
  const bracketOf = (name: string): Bracket | undefined => {
    const [from, to] = lines.get(name) ?? [];
    if (!/^\d+$/.test(from ?? '') || !/^\d+$/.test(to ?? '')) return undefined;
    return { beforeNs: BigInt(from!) - aheadNs - plusMinusNs, afterNs: BigInt(to!) - aheadNs + plusMinusNs };
  };
  const [began, proved, ended] = ['began', 'proved', 'ended'].map(bracketOf);
  if (!began || !ended)
    throw new SetupError(`the record of ${node} should say when it began and ended, but says: ${text.trim()}`);
  return {
    began,
    proved: proved && { ...proved, counts: lines.get('proved')!.slice(2).map(Number) },
    ended: { ...ended, why: lines.get('ended')![2] === 'asked' ? 'asked' : 'time' },
    left: lines.get('left')?.join(' '),
  };
}

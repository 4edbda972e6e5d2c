/** The losses of a study's cells as Markdown: what each loses, and what it costs in latency and in outage. */

import type { StudyRun } from '../../measure/study/effects.ts';
import type { ShareBounds } from '../../measure/study/exact-bounds.ts';
import { type LossCell, lossCells } from '../../measure/study/losses.ts';

/** `0 of 5 (0 to 52 %)`: a share as it was found, with its exact bounds. */
function share(k: number, n: number, bounds: ShareBounds | undefined, digits: number): string {
  if (!bounds) return `${k} of ${n}`;
  const percent = (value: number): string => String(Number((value * 100).toFixed(digits)));
  return `${k.toLocaleString('en-US')} of ${n.toLocaleString('en-US')} (${percent(bounds.lower)} to ${percent(bounds.upper)} %)`;
}

const seconds = (value: number | null): string => (value === null ? 'unknown' : `${(value / 1000).toFixed(1)} s`);
const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;

function rowOf(cell: LossCell): string {
  const { levels, failovers, withLoss, ofFailovers, acknowledged, lost, ofWrites, writeMs, lossWithoutFailover } = cell;
  const name = Object.entries(levels).map(([factor, level]) => `${factor} ${level}`);
  const losses = failovers > 0 ? share(withLoss, failovers, ofFailovers, 0) : 'no failover';
  const also = lossWithoutFailover > 0 ? `; ${lossWithoutFailover} without a failover` : '';
  const latency = writeMs ? writeMs.map(milliseconds).join(', ') : 'unknown';
  return `| ${name.join(', ')} | ${cell.runs} | ${losses}${also} | ${share(lost, acknowledged, ofWrites, 4)} | ${latency} | ${seconds(cell.outageMs)}, ${seconds(cell.longestOutageMs)} |`;
}

/** Nothing where no run says what it lost. */
export function lossTable(runs: readonly StudyRun[]): string | undefined {
  const cells = lossCells(runs);
  if (cells.length === 0) return undefined;
  return [
    '## What each cell loses, and what it costs',
    'In brackets the exact 95 % bounds of the share (Clopper and Pearson). A failover loses a contiguous tail of writes, so the bounds of failovers say what to expect of the next one; those of writes are of these runs alone.',
    [
      '| cell | runs | failovers that lost writes | acknowledged writes lost | write before the fault: median, 95 % | writes down: median, longest |',
      '| --- | --- | --- | --- | --- | --- |',
      ...cells.map(rowOf),
    ].join('\n'),
  ].join('\n\n');
}

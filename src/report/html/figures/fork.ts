/** Where the new timeline forked off the old one, and whether anything was acknowledged beyond that point. */
import { scaleLinear } from 'd3-scale';
import { outcomes } from '../../../journal/event.ts';
import type { Ops } from '../../../journal/run.ts';
import { html, type Markup } from '../../../markup.ts';
import type { LedgerDetail } from '../../../measure/writes/ledger.ts';
import { lsnText } from '../../../postgres/lsn.ts';
import { amount } from '../../text.ts';
import type { View } from '../view.ts';
import { coordinate, figureOf, key, type Label, path, viewWidth } from './chart.ts';

const okCode = outcomes.indexOf('ok');
const oldY = 30;
const newY = 66;
const height = 90;
/** Share of the acknowledged WAL that is drawn to either side of the fork, at the least. */
const nearShare = 0.05;

interface Bounds {
  /** The last acknowledged position before and on the old timeline, the first on the new one; 0: none. */
  readonly lastOld: number;
  readonly lastOldSeq: number;
  readonly span: number;
}

function boundsOf({ n, lsn, timeline, outcome, seq }: Ops, fork: { timeline: number; lsn: number }): Bounds {
  let lastOld = 0;
  let lastOldRow = -1;
  let least = Number.POSITIVE_INFINITY;
  let greatest = 0;
  for (let i = 0; i < n; i++) {
    const at = lsn[i]!;
    if (outcome[i] !== okCode || at === 0) continue;
    if (at < least) least = at;
    if (at > greatest) greatest = at;
    if (timeline[i]! > 0 && timeline[i]! < fork.timeline && at > lastOld) {
      lastOld = at;
      lastOldRow = i;
    }
  }
  const beyond = Math.abs(lastOld - fork.lsn);
  return {
    lastOld,
    lastOldSeq: seq[lastOldRow] ?? -1,
    span: Math.max(beyond * 1.6, (greatest - least) * nearShare, 1),
  };
}

/** Columns of the picture with acknowledged positions near the fork: on the old timeline up to it and beyond, and on the new. */
function columnsOf(
  { n, lsn, timeline, outcome }: Ops,
  x: (lsn: number) => number,
  [leastLsn, mostLsn]: readonly [number, number],
  fork: { timeline: number; lsn: number },
) {
  const found = { old: new Set<number>(), beyond: new Set<number>(), new: new Set<number>() };
  for (let i = 0; i < n; i++) {
    const at = lsn[i]!;
    if (at < leastLsn || at > mostLsn || outcome[i] !== okCode || timeline[i] === 0) continue;
    const column = Math.round(x(at) / 2) * 2;
    if (!(column >= 0 && column <= viewWidth)) continue;
    if (timeline[i]! >= fork.timeline) found.new.add(column);
    else if (at > fork.lsn) found.beyond.add(column);
    else found.old.add(column);
  }
  return found;
}

const marksAt = (columns: ReadonlySet<number>, y: number): string =>
  [...columns].map((column) => `M${column} ${y - 5}v10`).join('');

function sentenceOf(fork: { timeline: number; lsn: number }, lastOld: number): string {
  const forked = `Timeline ${fork.timeline} forked at ${lsnText(fork.lsn)}.`;
  if (lastOld === 0) return `${forked} No acknowledged write says where it stood before that.`;
  if (lastOld <= fork.lsn)
    return `${forked} The last write acknowledged before stood ${amount(fork.lsn - lastOld, 'bytes')} short of it: nothing acknowledged lay beyond the fork.`;
  return `${forked} Writes were acknowledged up to ${amount(lastOld - fork.lsn, 'bytes')} beyond it.`;
}

function draw(view: View, fork: { timeline: number; lsn: number }): Markup {
  const { ops } = view.run;
  const { lastOld, lastOldSeq, span } = boundsOf(ops, fork);
  const scale = scaleLinear([fork.lsn - span, fork.lsn + span], [0, viewWidth]);
  const x = (lsn: number) => scale(lsn);
  // Beyond the picture, with some room for rounding.
  const near = [fork.lsn - span * 1.1, fork.lsn + span * 1.1] as const;
  const at = viewWidth / 2;
  const columns = columnsOf(ops, x, near, fork);
  const oldEnd = Math.min(viewWidth, Math.max(at, x(lastOld)));
  const marks = html`${path('timeline-old', `M0 ${oldY}H${coordinate(oldEnd)}`)}${path('timeline-new', `M${at} ${oldY}C${at + 30} ${oldY} ${at + 10} ${newY} ${at + 50} ${newY}H${viewWidth}`)}${path('acknowledged', marksAt(columns.old, oldY))}${path('beyond', marksAt(columns.beyond, oldY))}${path('acknowledged', marksAt(columns.new, newY))}${path('mark', `M${at} ${oldY - 12}V${newY + 12}`)}`;
  const labels: Label[] = [
    { x: 0, y: 12, text: `timeline ${fork.timeline - 1}`, className: 'lane' },
    { x: at, y: 12, text: `fork at ${lsnText(fork.lsn)}`, anchor: 'middle', className: 'lane' },
    { x: viewWidth, y: newY + 20, text: `timeline ${fork.timeline}`, anchor: 'end', className: 'lane' },
  ];
  const said = sentenceOf(fork, lastOld);
  const evidence = lastOldSeq >= 0 ? view.citations.cite([lastOldSeq]) : undefined;
  const legend = html`${key('acknowledged-key', 'acknowledged writes')}${key('bad', 'acknowledged beyond the fork')}`;
  const title = `The fork of timeline ${fork.timeline}`;
  return figureOf(
    { id: `fork-${fork.timeline}`, title, description: said, height, xTicks: [], marks, labels },
    html`${said} ${evidence} Drawn: ${amount(span, 'bytes')} of WAL to either side.`,
    legend,
  );
}

/** The timeline that the run began on. */
const firstTimeline = ({ timeline }: Ops): number =>
  timeline.reduce((least, one) => (one > 0 ? Math.min(least, one) : least), Number.POSITIVE_INFINITY);

/** One drawing for each timeline that began in this run; without those of the setup. */
export const timelineFork = (view: View, { line }: LedgerDetail): Markup[] => {
  const first = firstTimeline(view.run.ops);
  return line.forks.filter((fork) => fork.timeline > first).map((fork) => draw(view, fork));
};

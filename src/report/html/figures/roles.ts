/** Roles over time: for each instance what each observer said it was. A late observer is part of the story. */

import type { EventOf } from '../../../journal/event.ts';
import { observers } from '../../../journal/event.ts';
import { html, type Markup } from '../../../markup.ts';
import { grouped } from '../../text.ts';
import type { View } from '../view.ts';
import { box, key, type Label, path, viewWidth } from './chart.ts';
import { timePanel } from './time-axis.ts';

type RoleLine = EventOf<'role'>;

const labelHeight = 18;
const barHeight = 8;
const barStep = 13;
const classOf = {
  primary: 'role-primary',
  routed: 'role-primary',
  elected: 'role-elected',
  replica: 'role-replica',
  lost: 'bad',
  unreachable: 'bad',
  unrouted: 'role-none',
} as const satisfies Record<RoleLine['role'], string>;

/** Who saw it, in a word that fits beside its bar. */
const words = { sql: 'itself', platform: 'manager', route: 'route' } as const;

interface Lane {
  readonly instance: string;
  readonly top: number;
  readonly bars: readonly { readonly observer: string; readonly top: number; readonly lines: readonly RoleLine[] }[];
}

function lanesOf(roles: readonly RoleLine[]): { lanes: Lane[]; height: number } {
  let top = 0;
  const lanes: Lane[] = [];
  for (const [instance, lines] of [...Map.groupBy(roles, (line) => line.instance)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    const seenBy = observers.filter((observer) => lines.some((line) => line.observer === observer));
    const bars = seenBy.map((observer, i) => ({
      observer,
      top: top + labelHeight + i * barStep,
      lines: lines.filter((line) => line.observer === observer).sort((a, b) => a.tUs - b.tUs),
    }));
    lanes.push({ instance, top, bars });
    top += labelHeight + seenBy.length * barStep + 4;
  }
  return { lanes, height: top };
}

/** Nobody says that an instance is no longer lost but those who see it at work again. */
const isBackUs = ({ role, instance, tUs }: RoleLine, roles: readonly RoleLine[]): number =>
  role === 'lost'
    ? Math.min(
        ...roles
          .filter((line) => line.instance === instance && line.tUs > tUs && ['replica', 'primary'].includes(line.role))
          .map((line) => line.tUs),
      )
    : Number.POSITIVE_INFINITY;

function describe(roles: readonly RoleLine[], zeroUs: number): string {
  const changes = roles.filter(
    (line) => ['primary', 'elected', 'lost', 'routed'].includes(line.role) && line.tUs > zeroUs,
  );
  if (changes.length === 0) return 'No change of the primary was seen.';
  return changes
    .map((line) => `${line.instance} ${line.role} (${line.observer}) at ${grouped((line.tUs - zeroUs) / 1e6, 1)} s.`)
    .join(' ');
}

/** Lanes of roles, or nothing where no role was seen. */
export function roles({ run, axis, frame, citations }: View): Markup | undefined {
  if (run.roles.length === 0) return undefined;
  const { lanes, height } = lanesOf(run.roles);
  const x = (us: number) => Math.min(viewWidth, Math.max(0, axis.x(us)));
  const drawn = new Map<string, string>();
  for (const bar of lanes.flatMap((lane) => lane.bars)) {
    bar.lines.forEach((line, i) => {
      const until = Math.min(bar.lines[i + 1]?.tUs ?? frame.toUs, isBackUs(line, run.roles));
      if (x(until) <= x(line.tUs)) return;
      const className = classOf[line.role];
      drawn.set(className, (drawn.get(className) ?? '') + box(x(line.tUs), x(until), bar.top, bar.top + barHeight));
    });
  }
  const labels: Label[] = lanes.map((lane) => ({
    x: 0,
    y: lane.top + labelHeight - 5,
    text: lane.instance,
    className: 'lane',
  }));
  const evidence = run.roles.slice(0, 20).map((line) => line.seq);
  return timePanel(
    axis,
    {
      id: 'roles',
      title: 'Who was the primary, and who said so',
      description: describe(run.roles, frame.zeroUs),
      height,
      marks: [...drawn].map(([className, data]) => path(className, data)),
      labels,
      yTicks: lanes.flatMap(({ bars }) =>
        bars.map(({ observer, top }) => ({ at: top + barHeight / 2, label: words[observer as keyof typeof words] })),
      ),
    },
    html`One bar for each observer: <b>itself</b> is what the instance answers, <b>manager</b> what the HA manager says, <b>route</b> where the proxy or Service sends clients. A change is drawn when it was seen. ${citations.cite(evidence)}`,
    html`${key('role-primary', 'primary, or routed to')}${key('role-elected', 'elected')}${key('role-replica', 'replica')}${key('bad', 'lost or unreachable')}${key('role-none', 'not routed to')}`,
  );
}

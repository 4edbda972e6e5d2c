/** What the logs of standbys say of a wait for one: clauses, each with its instance and its time within the wait. */
import type { EventOf } from '../../../journal/event.ts';
import type { Run } from '../../../journal/run.ts';
import { saysTooMany } from '../../../postgres/too-many.ts';
import { counted, inSeconds, ms } from '../../measured.ts';

type Log = EventOf<'log'>;
interface Span {
  readonly startUs: number;
  readonly endUs: number;
}

export interface Logged {
  readonly clauses: readonly string[];
  /** A standby was turned away because the primary had no connection left. */
  readonly tooMany: boolean;
}

/** PostgreSQL 16 and later name the receiver first; pg_rewind and pg_basebackup say the rest. */
const notConnected = /could not connect to the primary server: (.*)$/;
/** The last reason: `connection to server at … failed: FATAL:  sorry, too many clients already`. */
const reasonOf = (text: string): string =>
  (text.split(/ failed: /).at(-1) ?? text)
    .replace(/^FATAL: +/, '')
    .replace(/\s+/g, ' ')
    .trim();

/** What else keeps a standby away, in PostgreSQL's and Patroni's own words. */
const inTheWay =
  /requested (WAL segment|starting point|timeline)|highest timeline .* behind|terminating walreceiver due to timeout|could not receive data from WAL stream|[Ff]ailed to rewind|pg_rewind exit code=[1-9]|Error communicating with (DCS|PostgreSQL)|crash recovery in a single user mode/;

/** @returns clauses in the order of the instances; none where no standby's log is in the journal, or it says none of this */
export function loggedMeanwhile({ logs, stack }: Run, { startUs, endUs }: Span, primary: string | undefined): Logged {
  const within = logs.filter(({ atUs, untilUs }) => untilUs >= startUs && atUs <= endUs);
  const standbys = (stack?.instances ?? []).map(({ name }) => name).filter((name) => name !== primary);
  const at = (us: number): string => `${inSeconds(ms(Math.max(0, us - startUs)))} s`;
  const clauses = standbys.flatMap((name) => {
    const own = within.filter(({ instance }) => instance === name).sort((a, b) => a.atUs - b.atUs);
    const earlier = logs.filter(
      ({ instance, atUs }) => instance === name && atUs < startUs && atUs > startUs - justBeforeUs,
    );
    return [...refused(own, name, at), ...others(own, name, at), ...course([...earlier, ...own], name, at)];
  });
  const tooMany = within.some(({ instance, text }) => instance !== primary && refusal(text) && saysTooMany(text));
  return { clauses, tooMany };
}

/** A standby finds that it cannot follow as soon as the new primary answers, which may be before the wait begins. */
const justBeforeUs = 3_000_000;

const refusal = (text: string): string | undefined => notConnected.exec(text)?.[1];

function refused(own: readonly Log[], name: string, at: (us: number) => string): string[] {
  const lines = own.filter(({ text }) => refusal(text));
  return [...Map.groupBy(lines, ({ text }) => reasonOf(refusal(text)!))].map(([reason, some]) => {
    const n = some.reduce((sum, one) => sum + one.n, 0);
    const untilUs = Math.max(...some.map((one) => one.untilUs));
    return `${name} could not connect to the primary from ${at(some[0]!.atUs)} to ${at(untilUs)} of this wait (${counted(n, 'attempt')}: “${reason}”)`;
  });
}

/** The first of each kind; a log that repeats itself says no more. */
const othersAtMost = 2;

function others(own: readonly Log[], name: string, at: (us: number) => string): string[] {
  const found = own.filter(({ text }) => inTheWay.test(text) && !refusal(text));
  const first = [...Map.groupBy(found, ({ text }) => text.replace(/[\dA-F]+/g, '#')).values()].map(([one]) => one!);
  return first
    .slice(0, othersAtMost)
    .map(({ text, atUs, program }) => `${programs[program]} on ${name} logged ${at(atUs)} into it: “${text}”`);
}

const programs = { postgresql: 'PostgreSQL', patroni: 'Patroni', 'cloudnative-pg': 'the instance manager' } as const;

/** What became of it: ahead of the new primary, rewound, started, connected. */
function course(own: readonly Log[], name: string, at: (us: number) => string): string[] {
  const first = (pattern: RegExp): Log | undefined => own.find(({ text }) => pattern.test(text));
  const last = (pattern: RegExp): Log | undefined => own.findLast(({ text }) => pattern.test(text));
  const isAhead = first(
    /new timeline \d+ forked off current database system timeline \d+ before current recovery point/,
  );
  const rewinds = first(/^running pg_rewind from/);
  const checkpoint = first(/^Waiting for checkpoint on \S+ before rewind/);
  const rewound = last(/^pg_rewind exit code=0/);
  const starts = last(/^starting PostgreSQL/);
  const streams = last(/started streaming WAL from primary/);
  const steps = [
    isAhead && `had more WAL than the new primary (“${isAhead.text}”), so it cannot follow and has to be rewound`,
    rewinds &&
      `Patroni rewound it from ${at(rewinds.atUs)}${checkpoint ? ', first waiting for a checkpoint there,' : ''} ${rewound ? `to ${at(rewound.atUs)}` : 'on, with no end in this wait'}`,
    starts && `PostgreSQL was started there at ${at(starts.atUs)}`,
    streams && `it began to stream at ${at(streams.atUs)}`,
  ].filter((step) => step !== undefined);
  return steps.length === 0 ? [] : [`${name} ${isAhead ? '' : 'came back late: '}${steps.join('; ')}`];
}

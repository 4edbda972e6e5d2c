/** What a trial shows of a client program: its reports against the wire and the ledger. Pure. */
import { sentUsOf } from '../../journal/columns/ops.ts';
import type { EventOf } from '../../journal/event.ts';
import { outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { ledgerDetail } from '../../measure/writes/ledger.ts';
import type { Passed } from './proxy.ts';

export interface Finding {
  readonly what: string;
  readonly holds: boolean;
  /** What was seen. */
  readonly says: string;
}
/** When connections passed again after a stage, µs, and when the next stage began. */
export interface Staged {
  readonly name: string;
  readonly fromUs: number;
  readonly passesUs: number;
  readonly untilUs: number;
}

const acknowledged = outcomes.indexOf('okLocal');
/** Clocks are read by several processes, whose threads may wait for a processor. */
const slackUs = 30_000;

/** The errors of the course that close no connection. */
const answered = /^(25006|40001|57014|26000)\b/;

const keyOf = (worker: number, op: number): string => `${worker}/${op}`;
const few = (texts: readonly string[]): string =>
  texts.length > 3 ? `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more` : texts.join(', ');
const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

export function findings(run: Run, passed: readonly Passed[]): Finding[] {
  const end = run.clientEnds[0];
  const byKey = Map.groupBy(passed, ({ worker, op }) => keyOf(worker, op));
  return [
    protocol(end),
    ...clocks(run, byKey),
    witnessed(run, byKey),
    ...ledger(run),
    states(run, byKey),
    afterTag(run, byKey),
    enough(run),
  ];
}

const protocol = (end: EventOf<'clientend'> | undefined): Finding => ({
  what: 'keeps to the protocol',
  holds: end !== undefined && end.trouble === undefined,
  says:
    end === undefined ? 'it never began' : (end.trouble ?? 'every message is valid, and it ended when it was asked to'),
});

type ByKey = ReadonlyMap<string, readonly Passed[]>;

/** A request is sent before it is on the wire, and done after its answer was. */
function clocks({ ops }: Run, byKey: ByKey): Finding[] {
  const early: string[] = [];
  const late: string[] = [];
  let n = 0;
  for (let row = 0; row < ops.n; row++) {
    const [key, some] = [keyOf(ops.worker[row]!, ops.op[row]!), byKey.get(keyOf(ops.worker[row]!, ops.op[row]!))];
    const last = some?.at(-1);
    if (!some || !last || Number.isNaN(sentUsOf(ops, row))) continue;
    n++;
    if (sentUsOf(ops, row) > some[0]!.cameUs + slackUs)
      late.push(`${key} by ${((sentUsOf(ops, row) - some[0]!.cameUs) / 1000).toFixed(0)} ms`);
    const isGood = ops.outcome[row]! <= acknowledged;
    if (isGood && last.answeredUs !== undefined && ops.doneUs[row]! < last.answeredUs - slackUs)
      early.push(`${key} by ${((last.answeredUs - ops.doneUs[row]!) / 1000).toFixed(0)} ms`);
  }
  return [
    {
      what: 'its clock is CLOCK_MONOTONIC',
      holds: n > 0 && early.length === 0 && late.length === 0,
      says:
        early.length + late.length > 0
          ? `done before the answer was on the wire: ${few(early) || 'none'}; sent after it was on the wire: ${few(late) || 'none'}`
          : `${counted(n, 'request')} agree with what the proxy saw`,
    },
  ];
}

/** What is acknowledged came by the proxy. */
function witnessed({ ops }: Run, byKey: ByKey): Finding {
  const unseen: string[] = [];
  let n = 0;
  for (let row = 0; row < ops.n; row++) {
    if (ops.outcome[row]! > acknowledged) continue;
    n++;
    const key = keyOf(ops.worker[row]!, ops.op[row]!);
    if (!byKey.has(key)) unseen.push(key);
  }
  const says =
    unseen.length > 0 ? `acknowledged, and never on the wire: ${few(unseen)}` : `${counted(n, 'write')} on the wire`;
  return { what: 'acknowledges only what it sent', holds: unseen.length === 0 && n > 0, says };
}

function ledger(run: Run): Finding[] {
  const detail = ledgerDetail(run);
  if (!detail) return [{ what: 'its writes are in the ledger', holds: false, says: 'the ledger was not read' }];
  const { ops } = run;
  const keys = (rows: readonly number[]): string => few(rows.map((row) => keyOf(ops.worker[row]!, ops.op[row]!)));
  const { lost, resurrected, foreign, duplicates, acknowledged: all } = detail;
  return [
    {
      what: 'what it calls acknowledged is in the database',
      holds: lost.length === 0 && all > 0,
      says: lost.length > 0 ? `${lost.length} of ${all} are not: ${keys(lost)}` : `all ${all} are`,
    },
    {
      what: 'what it calls failed is not in the database',
      holds: resurrected.length === 0,
      says: resurrected.length > 0 ? `${resurrected.length} are: ${keys(resurrected)}` : 'none is',
    },
    {
      what: 'writes each request at most once',
      holds: duplicates.length === 0,
      says:
        duplicates.length > 0
          ? `${duplicates.length} were written more than once, by a retry after a lost answer: ${few(duplicates.map(([worker, op]) => keyOf(worker, op)))}`
          : 'no row came twice',
    },
    {
      what: 'writes only what was due',
      holds: foreign === 0,
      says: foreign > 0 ? `${foreign} rows are of no request` : 'every row is of a request',
    },
  ];
}

/** Where a request was on the wire once and got an error there, its SQLSTATE is reported. */
function states({ ops }: Run, byKey: ByKey): Finding {
  const wrong: string[] = [];
  let n = 0;
  for (let row = 0; row < ops.n; row++) {
    const key = keyOf(ops.worker[row]!, ops.op[row]!);
    const some = byKey.get(key) ?? [];
    const code = some.length === 1 ? some[0]!.code : undefined;
    if (code === undefined) continue;
    n++;
    const said = ops.errors[ops.error[row]!] ?? outcomes[ops.outcome[row]!]!;
    // A connection that was closed with the error may be all that a library reports.
    const isClosed = some[0]!.code === '57P01' || some[0]!.code === '53300' || some[0]!.code === '08P01';
    if (ops.outcome[row]! <= acknowledged || (!said.startsWith(code) && !isClosed))
      wrong.push(`${key}: ${code} as “${said}”`);
  }
  // A driver that prepares first gets the error before its write is on the wire: that its state is one of them is seen.
  let early = 0;
  for (let row = 0; n === 0 && row < ops.n; row++) if (answered.test(ops.errors[ops.error[row]!] ?? '')) early++;
  return {
    what: 'reports errors with their SQLSTATE',
    holds: wrong.length === 0 && n + early > 0,
    says:
      wrong.length > 0
        ? few(wrong)
        : n + early > 0
          ? `${counted(n + early, 'error')} as they were answered`
          : 'no error reached it',
  };
}

/** A command tag is not a commit. */
function afterTag({ ops }: Run, byKey: ByKey): Finding {
  const wrong: string[] = [];
  let n = 0;
  for (let row = 0; row < ops.n; row++) {
    const key = keyOf(ops.worker[row]!, ops.op[row]!);
    const some = byKey.get(key) ?? [];
    if (!some.some(({ mode }) => mode === 'lose-commit')) continue;
    n++;
    if (ops.outcome[row]! <= acknowledged && some.every(({ mode }) => mode === 'lose-commit')) wrong.push(key);
  }
  return {
    what: 'waits for the commit, not for the command tag',
    holds: wrong.length === 0 && n > 0,
    says:
      wrong.length > 0
        ? `acknowledged ${few(wrong)}, which were rolled back`
        : n > 0
          ? `${counted(n, 'commit')} lost after the tag, none acknowledged`
          : 'it wrote nothing while commits were lost',
  };
}

/** A program that writes nothing proves nothing. */
function enough({ ops, clients }: Run): Finding {
  const workers = clients[0]?.workers ?? 0;
  const good = ops.outcome.reduce((n, outcome) => n + (outcome <= acknowledged ? 1 : 0), 0);
  return {
    what: 'writes',
    holds: good >= 4 * workers && good > 0,
    says: `${good} of ${ops.n} requests were acknowledged`,
  };
}

/** How long after connections passed again its first write was acknowledged; undefined: not before the next stage. */
export const returns = ({ ops }: Run, stages: readonly Staged[]): { name: string; ms: number | undefined }[] =>
  stages.map(({ name, passesUs, untilUs }) => {
    let first = Number.POSITIVE_INFINITY;
    for (let row = 0; row < ops.n; row++)
      if (ops.outcome[row]! <= acknowledged && ops.doneUs[row]! >= passesUs) first = Math.min(first, ops.doneUs[row]!);
    return { name, ms: first < untilUs ? (first - passesUs) / 1000 : undefined };
  });

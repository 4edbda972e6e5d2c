/** The matrix of `pgdrill drivers` as Markdown: for each fault and path, which drivers came back, when, and at what price. */
import type { Run } from '../journal/run.ts';
import { generatorDoubts } from '../measure/availability/generator.ts';
import { type Advice, adviceFor, inVain, stuckWords } from '../measure/clients/advice.ts';
import { programResults } from '../measure/clients/programs.ts';
import { proposalFor } from '../measure/clients/proposals.ts';
import { doubtsOfProgram } from '../measure/doubts/programs.ts';
import { ms } from '../measure/measured.ts';
import { ownLoad } from '../measure/own-load.ts';
import type { Verdict } from '../measure/verdict.ts';

/** What one client program went through in one run. */
export interface DriverPoint {
  readonly client: string;
  readonly uses: string;
  readonly versions: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly fault: string;
  readonly path: string;
  /** `default`, or `proposed`: with the settings that are proposed for the path. */
  readonly variant: string;
  readonly run: string;
  readonly workers: number;
  /** From the direct path's return to the last worker's first good write, ms; null: one had none, or there was no return. */
  readonly recoveryMs: number | null;
  readonly never: number;
  readonly stuck: number;
  readonly acknowledged: number;
  readonly failed: number;
  readonly unknown: number;
  readonly wrongServer: number;
  readonly prepared: number;
  readonly twice: number;
  readonly lateP99Us: number;
  readonly advice: readonly Advice[];
  /** Why it does not count; absent where it does. */
  readonly trouble?: string;
  /** Why its times do not count, though who came back does: the machine was too busy. Absent where they do. */
  readonly busy?: string;
}

/**
 * Why a run says nothing about any of its programs; undefined where it says something. One program that broke the
 * protocol does not spoil the others, and a machine that was too busy spoils times alone.
 */
export function whyNoPoint(run: Run, { doubts }: Pick<Verdict, 'doubts'>): string | undefined {
  const borne = new Set([
    ...run.clients.flatMap((client) => doubtsOfProgram(run, client)),
    ...generatorDoubts(ownLoad(run)),
  ]);
  return doubts.find((text) => !borne.has(text));
}

/** The points of one run. */
export function driverPoints(
  run: Run,
  verdict: Pick<Verdict, 'doubts'>,
  levels: { readonly fault: string; readonly path: string; readonly variant: string },
): DriverPoint[] {
  const [busy] = generatorDoubts(ownLoad(run));
  return programResults(run).map((program) => {
    const { client, end, back, returns } = program;
    const never = returns.filter(({ firstGoodUs }) => firstGoodUs === undefined).length;
    const last = Math.max(...returns.map(({ firstGoodUs }) => firstGoodUs ?? Number.POSITIVE_INFINITY));
    const trouble = end?.trouble ?? doubtsOfProgram(run, client)[0] ?? whyNoPoint(run, verdict);
    return {
      ...{ client: client.name, uses: client.uses, versions: client.versions, settings: client.settings },
      ...levels,
      ...{ run: run.header.id, workers: client.workers, never },
      recoveryMs: back && Number.isFinite(last) ? Math.max(0, ms(last - (back.lo + back.hi) / 2)) : null,
      stuck: returns.filter(({ isStuck }) => isStuck).length,
      ...{ acknowledged: program.acknowledged, failed: program.failed, unknown: program.unknown },
      ...{ wrongServer: program.wrongServer.length, prepared: program.prepared.length, twice: program.duplicates },
      lateP99Us: end?.lateP99Us ?? 0,
      advice: adviceFor(run, program),
      ...(trouble !== undefined && { trouble }),
      ...(busy !== undefined && { busy }),
    };
  });
}

const seconds = (value: number): string => `${(value / 1000).toFixed(1)} s`;
/** One run of a driver: `1.2 s`, or who never came back. */
const pointText = ({ recoveryMs, never, stuck, workers, trouble, busy }: DriverPoint): string => {
  if (trouble !== undefined) return 'in doubt';
  const time = recoveryMs === null ? '–' : `${busy === undefined ? '' : '≈ '}${seconds(recoveryMs)}`;
  const came = never > 0 ? `${never} of ${workers} never` : time;
  return stuck > never ? `${came}, ${stuck} stuck at the end` : came;
};
const numbers = (points: readonly DriverPoint[], of: (point: DriverPoint) => number): string => {
  const all = points.map(of);
  return all.every((n) => n === 0) ? '0' : all.join(' · ');
};

interface DriversReport {
  readonly stack: string;
  readonly points: readonly DriverPoint[];
  readonly missing: number;
}

export function renderDrivers({ stack, points, missing }: DriversReport): string {
  const of = missing > 0 ? `; ${missing} runs are missing` : '';
  const runs = new Set(points.map(({ run }) => run)).size;
  const cells = [...Map.groupBy(points, ({ fault, path }) => `${fault}, ${path}`)];
  return `${[
    `# Drivers on ${stack}`,
    `${runs} runs${of}. All programs of a run write side by side, so a fault meets them alike. Times are from the return of the direct path to the first good write of a program’s last client; a dot separates runs. A time after ≈ was measured on a machine that was too busy: that the program came back counts, the time does not. A program that is in doubt broke the client protocol, or its run is in doubt.`,
    ...(points.some(({ variant }) => variant === 'proposed') ? overview(points) : []),
    ...cells.map(([cell, some]) => cellText(cell, some)),
    settingsText(points),
    versionsText(points),
  ].join('\n\n')}\n`;
}

function cellText(cell: string, points: readonly DriverPoint[]): string {
  const rows = [...Map.groupBy(points, rowName)]
    .sort(byName)
    .map(
      ([client, some]) =>
        `| ${client} | ${some.map(pointText).join(' · ')} | ${numbers(some, ({ failed }) => failed)} | ${numbers(some, ({ unknown }) => unknown)} | ${numbers(some, ({ wrongServer }) => wrongServer)} | ${numbers(some, ({ prepared }) => prepared)} | ${numbers(some, ({ twice }) => twice)} |`,
    );
  return [
    `## ${cell}`,
    [
      '| program | last client back | failed | in doubt | to a standby | prepared statements | written twice |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
  ].join('\n\n');
}

const rowName = ({ client, variant }: DriverPoint): string =>
  variant === 'default' ? client : `${client}, ${variant}`;
const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

/** A table for each fault: paths across, and in each cell what became of the default and of what is proposed. */
function overview(points: readonly DriverPoint[]): string[] {
  const paths = [...new Set(points.map(({ path }) => path))].sort();
  const cell = (some: readonly DriverPoint[], variant: string): string =>
    some
      .filter((point) => point.variant === variant)
      .map(pointText)
      .join(' · ') || '–';
  const tables = [...Map.groupBy(points, ({ fault }) => fault)].map(([fault, some]) => {
    const rows = [...Map.groupBy(some, ({ client }) => client)].sort(byName).map(([client, own]) => {
      const cells = paths.map((path) => own.filter((point) => point.path === path));
      return `| ${client} | ${cells.map((one) => `${cell(one, 'default')} → ${cell(one, 'proposed')}`).join(' | ')} |`;
    });
    const head = `| program | ${paths.join(' | ')} |\n| --- | ${paths.map(() => '---').join(' | ')} |`;
    return `### ${fault}\n\n${head}\n${rows.join('\n')}`;
  });
  return [
    '## In short',
    'Left of an arrow: last client back with the defaults of each library; right of it: with the settings that pgdrill proposes for the path before anything has happened.',
    ...tables,
    proposedText(points),
  ];
}

/** What is set where a point is of the variant `proposed`, a program and its paths a row. */
function proposedText(points: readonly DriverPoint[]): string {
  const proposed = points.filter(({ variant }) => variant === 'proposed');
  const rows = [...Map.groupBy(proposed, ({ client }) => client)].sort(byName).flatMap(([client, some]) => {
    const sets = Map.groupBy(some, ({ uses, path }) => snippetsOf(uses, path));
    return [...sets].map(
      ([text, own]) => `| ${client} | ${[...new Set(own.map(({ path }) => path))].sort().join(', ')} | ${text} |`,
    );
  });
  return [
    '### What is proposed',
    `| program | paths | settings | cost |\n| --- | --- | --- | --- |\n${rows.join('\n')}`,
  ].join('\n\n');
}

const snippetsOf = (uses: string, path: string): string => {
  const some = proposalFor(uses, path);
  const shown = some.map(({ snippet }) => `\`${snippet.replaceAll('|', '\\|').replaceAll('\n', ' ')}\``);
  return `${shown.join('; ')} | ${[...new Set(some.map(({ costs }) => costs))].join('; ')}`;
};

interface Proposal {
  readonly point: DriverPoint;
  readonly advice: Advice;
}

/** By program: what became of it, and the settings for it in its own language, each proposal once. */
function settingsText(points: readonly DriverPoint[]): string {
  const all = points.flatMap((point) => point.advice.map((advice): Proposal => ({ point, advice })));
  const title = '## Settings that bring clients back';
  if (all.length === 0) return `${title}\n\nNo client got stuck.`;
  const programs = [...Map.groupBy(all, ({ point }) => point.client)].map(([client, some]) => {
    const kinds = [...Map.groupBy(some, ({ advice }) => advice.stuck).values()];
    return [`### ${client}`, ...kinds.map(kindText)].join('\n\n');
  });
  return [title, ...programs, trialText(all)].join('\n\n');
}

function kindText(some: readonly Proposal[]): string {
  const { point, advice } = some[0]!;
  const where = [...new Set(some.map(({ point: { fault, path } }) => `${fault}, ${path}`))].join('; ');
  const what = `It ${stuckWords[advice.stuck]} (${where}; last error: ${advice.error}).`;
  if (advice.ways.length === 0) return `${what} We know no setting of this program that ends it.`;
  const language = languages[point.uses] ?? '';
  const ways = advice.ways.map(
    ({ snippet, trial, costs }, i) =>
      `${i === 0 ? 'Set' : 'Or set'}\n\n\`\`\`${language}\n${snippet}\n\`\`\`\n\nCost: ${costs}. To try it: \`--client ${trial}\`.`,
  );
  return [what, ...ways, ...(inVain[advice.stuck] === undefined ? [] : [inVain[advice.stuck]!])].join('\n\n');
}

/** What each adapter is written in, as a fence of Markdown names it. */
const languages: Readonly<Record<string, string>> = {
  ...{ 'pg-pool': 'js', 'postgres-js': 'js', 'psycopg-pool': 'python', 'asyncpg-pool': 'python', sqlalchemy: 'python' },
  ...{ 'pgx-pool': 'go', 'lib-pq': 'go', hikari: 'java', deadpool: 'rust', libpq: 'c' },
};

/** One command that tries the first proposal of every program that got stuck and keeps its path, which the matrix sets. */
function trialText(all: readonly Proposal[]): string {
  const trials = new Set(
    all.flatMap(({ point, advice: { ways } }) => {
      const [, path] = /\bpath=(\w+)/.exec(ways[0]?.trial ?? '') ?? [];
      const keeps = path === undefined || point.path === path;
      return ways[0] && keeps ? [ways[0].trial.replace(/\bpath=\w+,?/, '')] : [];
    }),
  );
  if (trials.size === 0) return 'No proposal keeps the path of its program.';
  const words = [...trials].map((trial) => `--client '${trial.replace(/:$/, '')}'`).join(' \\\n  ');
  return `To try the first of each, beside the same faults:\n\n\`\`\`\npgdrill drivers --out reports/proposed \\\n  ${words}\n\`\`\``;
}

function versionsText(points: readonly DriverPoint[]): string {
  const rows = [...Map.groupBy(points, ({ client }) => client)].map(([client, [first]]) => {
    const set = Object.entries(first!.settings).map(([name, value]) => `${name}=${value}`);
    return `| ${client} | ${first!.versions} | ${set.join(', ') || 'defaults'} |`;
  });
  return ['## Programs', ['| program | versions | settings |', '| --- | --- | --- |', ...rows].join('\n')].join('\n\n');
}

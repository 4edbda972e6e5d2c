/** The matrix of `pgdrill drivers` as Markdown: for each fault and path, which drivers came back, when, and at what price. */
import type { Run } from '../journal/run.ts';
import { type Advice, adviceFor, stuckWords } from '../measure/clients/advice.ts';
import { programResults } from '../measure/clients/programs.ts';
import { ms } from '../measure/measured.ts';
import type { Verdict } from '../measure/verdict.ts';

/** What one client program went through in one run. */
export interface DriverPoint {
  readonly client: string;
  readonly uses: string;
  readonly versions: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly fault: string;
  readonly path: string;
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
}

/** The points of one run. */
export function driverPoints(
  run: Run,
  { doubts }: Verdict,
  levels: { readonly fault: string; readonly path: string },
): DriverPoint[] {
  return programResults(run).map((program) => {
    const { client, end, back, returns } = program;
    const never = returns.filter(({ firstGoodUs }) => firstGoodUs === undefined).length;
    const last = Math.max(...returns.map(({ firstGoodUs }) => firstGoodUs ?? Number.POSITIVE_INFINITY));
    const trouble = end?.trouble ?? doubts.find((text) => !text.startsWith('the client program '));
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
    };
  });
}

const seconds = (value: number): string => `${(value / 1000).toFixed(1)} s`;
/** One run of a driver: `1.2 s`, or who never came back. */
const pointText = ({ recoveryMs, never, stuck, workers, trouble }: DriverPoint): string => {
  if (trouble !== undefined) return 'in doubt';
  const came = never > 0 ? `${never} of ${workers} never` : recoveryMs === null ? '–' : seconds(recoveryMs);
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
    `${runs} runs${of}. All programs of a run write side by side, so a fault meets them alike. Times are from the return of the direct path to the first good write of a program’s last client; a dot separates runs. A program that is in doubt broke the client protocol, or its run is in doubt.`,
    ...cells.map(([cell, some]) => cellText(cell, some)),
    settingsText(points),
    versionsText(points),
  ].join('\n\n')}\n`;
}

function cellText(cell: string, points: readonly DriverPoint[]): string {
  const rows = [...Map.groupBy(points, ({ client }) => client)].map(
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

/** Each proposal once, with where it was made. */
function settingsText(points: readonly DriverPoint[]): string {
  const all = points.flatMap((point) => point.advice.map((advice) => ({ ...point, one: advice })));
  const groups = [...Map.groupBy(all, ({ client, one }) => `${client} ${one.stuck}`)];
  if (groups.length === 0) return '## Settings that bring clients back\n\nNo client got stuck.';
  const lines = groups.map(([, some]) => {
    const { client, one } = some[0]!;
    const where = [...new Set(some.map(({ fault, path }) => `${fault}, ${path}`))].join('; ');
    const how =
      one.snippet === undefined
        ? 'We know no setting of this program that ends it.'
        : `Set \`${one.snippet}\`. Cost: ${one.costs}. To try it: \`--client ${one.trial}\`.`;
    return `- **${client}** ${stuckWords[one.stuck]} (${where}; last error: ${one.error}). ${how}`;
  });
  return ['## Settings that bring clients back', lines.join('\n')].join('\n\n');
}

function versionsText(points: readonly DriverPoint[]): string {
  const rows = [...Map.groupBy(points, ({ client }) => client)].map(([client, [first]]) => {
    const set = Object.entries(first!.settings).map(([name, value]) => `${name}=${value}`);
    return `| ${client} | ${first!.versions} | ${set.join(', ') || 'defaults'} |`;
  });
  return ['## Programs', ['| program | versions | settings |', '| --- | --- | --- |', ...rows].join('\n')].join('\n\n');
}

/**
 * Runs benchmarks, all or those named, one after the other, and prints what they found:
 *
 *     npm run bench                  every one
 *     npm run bench -- outage cpu    these two
 *
 * Each figure goes to docs/measurements/bench.ndjson with the machine it was taken on. Nothing else should run meanwhile.
 */
import { didYouMean, exitCodes, PgdrillError, UsageError } from '../src/errors.ts';
import { type Benchmark, type Figure, record } from './benchmark.ts';
import { check } from './check.ts';
import { cpu } from './cpu.ts';
import { elle } from './elle.ts';
import { isolation } from './isolation.ts';
import { journal } from './journal.ts';
import { lateness } from './lateness.ts';
import { outage } from './outage.ts';
import { pace } from './pace.ts';
import { ready } from './ready.ts';
import { readyK3s } from './ready-k3s.ts';
import { report } from './report.ts';
import { sink } from './sink.ts';
import { start } from './start.ts';
import { throughput } from './throughput.ts';

const benchmarks: readonly Benchmark[] = [
  ready,
  readyK3s,
  outage,
  lateness,
  cpu,
  pace,
  throughput,
  sink,
  journal,
  report,
  start,
  check,
  isolation,
  elle,
];

async function main(names: readonly string[]): Promise<number> {
  const known = benchmarks.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no benchmark ${unknown}${didYouMean(unknown, known)}`);
  let missed = 0;
  for (const benchmark of benchmarks.filter(({ name }) => names.length === 0 || names.includes(name)))
    missed += await runOne(benchmark);
  return missed === 0 ? exitCodes.pass : exitCodes.fail;
}

/** @returns how many figures missed their target */
async function runOne(benchmark: Benchmark): Promise<number> {
  console.log(`\n${benchmark.name}: ${benchmark.measures}`);
  const why = await benchmark.unavailable();
  if (why) {
    console.log(`  skipped: ${why}`);
    return 0;
  }
  const figures = await benchmark.run();
  await record(benchmark, figures);
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const figure of figures) console.log(`  ${figure.name.padEnd(width)}  ${written(figure)}`);
  return figures.filter(missesTarget).length;
}

const missesTarget = ({ value, atMost, atLeast }: Figure): boolean =>
  (atMost !== undefined && !(value <= atMost)) || (atLeast !== undefined && !(value >= atLeast));

function written(figure: Figure): string {
  const { value, unit, atMost, atLeast } = figure;
  const rounded = String(Number(value.toPrecision(4)));
  const wanted = atMost !== undefined ? `at most ${atMost}` : atLeast !== undefined ? `at least ${atLeast}` : '';
  const target = wanted && `  (${wanted}: ${missesTarget(figure) ? 'MISSED' : 'met'})`;
  return `${rounded.padStart(8)} ${unit}${target}`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof PgdrillError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}

import { Command } from 'commander';
import { faults, isFault } from '../faults/index.ts';
import { withoutClientSettings } from '../load/writers/settings.ts';
import { predictDrill } from '../measure/failover/predict.ts';
import { findScenario } from '../project/catalogue.ts';
import { parseAssignments, readConfig } from '../project/config.ts';
import type { Scenario } from '../scenario/index.ts';
import { checkParameters, describeStep, readSteps } from '../scenario/script.ts';
import type { Stack } from '../stacks/stack.ts';
import { manifestsOption, stackOption, withOption } from './options.ts';
import { refuseWrongSettings } from './refuse-settings.ts';
import { say } from './say.ts';
import { stackOf } from './stack.ts';

/** `pgdrill plan`: what a run would do and what it should cost; nothing is done. */
export function planCommand(): Command {
  return new Command('plan')
    .description('say what a drill would do, and the outage that its timers predict; nothing is done')
    .argument('[scenario]', 'name of a scenario, or path of a scenario file', 'primary-crash')
    .addOption(stackOption())
    .addOption(manifestsOption())
    .addOption(withOption())
    .action(
      async (name: string, options: { stack?: string; manifests?: readonly string[]; with: readonly string[] }) => {
        const config = await readConfig({ stack: options.stack, manifests: options.manifests });
        const stack = await stackOf(config);
        const changed = { ...config.with, ...parseAssignments(options.with) };
        const { scenario: found } = await findScenario(config.scenarios, name);
        const scenario = { ...found, topology: (await stack.adopt?.(found.topology)) ?? found.topology };
        refuseWrongSettings(stack, changed, [scenario.topology]);
        checkParameters(scenario.drill);
        say(...describePlan(scenario, stack, changed));
      },
    );
}

function describePlan(scenario: Scenario, stack: Stack, changed: Record<string, string>): string[] {
  const { topology, load, limits, needs } = scenario;
  const settings = stack.planned({
    ...topology,
    settings: { ...topology.settings, ...withoutClientSettings(changed) },
  });
  const { pooler } = topology;
  return [
    `${scenario.name} on ${stack.kind}: ${scenario.asks}`,
    `  stack    ${topology.instances} instances (durability ${topology.durability}), ${pooler.instances} poolers (${pooler.mode}, ${pooler.poolSize} connections each)`,
    `  load     ${load.ratePerSecond} writes/s from ${load.writers} clients through the poolers`,
    ...needs
      .filter(isFault)
      .map((fault) => `  fault    ${fault}: ${faults[fault].means}; undone: ${faults[fault].undoneBy}`),
    ...describeSteps(scenario),
    ...Object.entries(limits).map(
      ([metric, { max, min }]) => `  limit    ${metric} ${max !== undefined ? `≤ ${max}` : `≥ ${min}`}`,
    ),
    ...(needs.some(isFault) ? describePrediction(scenario, settings) : []),
  ];
}

/** The drill as its source has it: durations, targets and parameters of faults. */
const describeSteps = ({ drill }: Scenario): string[] =>
  (readSteps(drill) ?? [])
    // What they ask for is shown where it is used.
    .filter(({ verb }) => !asking.has(verb))
    .map(
      (step) =>
        `  drill    ${describeStep(step)}${step.awaited ? '' : ': not awaited, so a run of it ends as unknown'}`,
    );

const asking: ReadonlySet<string> = new Set(['primary', 'standby', 'standbys', 'instances', 'poolers']);

function describePrediction(scenario: Scenario, settings: Readonly<Record<string, string>>): string[] {
  const prediction = predictDrill(scenario, settings);
  if (!prediction) return ['  predicted: nothing; this tool has no model of what this costs here'];
  const seconds = (ms: number) => (ms / 1_000).toFixed(1);
  return [
    `  predicted outage of writes: ${seconds(prediction.lowMs)}–${seconds(prediction.highMs)} s`,
    ...prediction.phases.map(
      ({ phase, lowMs, highMs, why }) =>
        `    ${phase.padEnd(9)} ${seconds(lowMs).padStart(5)}–${seconds(highMs).padEnd(5)} s  ${why}`,
    ),
  ];
}

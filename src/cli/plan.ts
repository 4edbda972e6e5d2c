import { Command } from 'commander';
import { UsageError } from '../errors.ts';
import type { StackKind } from '../faults/aim.ts';
import { faults, isFault } from '../faults/index.ts';
import { withoutClientSettings } from '../load/writers/settings.ts';
import { predictDrill } from '../measure/failover/predict.ts';
import { type MetricName, metrics, titleOf } from '../measure/metrics.ts';
import type { Limit } from '../measure/verdict.ts';
import { findScenario } from '../project/catalogue.ts';
import { type Config, parseAssignments, readConfig } from '../project/config.ts';
import { limitText } from '../report/text.ts';
import { clientUses } from '../scenario/client-use.ts';
import { courseOf } from '../scenario/course.ts';
import { experimentsOf, type NamedExperiment } from '../scenario/experiments.ts';
import type { Scenario } from '../scenario/index.ts';
import { type LimitChange, limitsFromConfig, limitsOn, parseLimits } from '../scenario/limits.ts';
import { checkParameters, describeStep, readSteps } from '../scenario/script.ts';
import type { Place } from '../stacks/cluster/safety/profiles.ts';
import type { Stack } from '../stacks/stack.ts';
import { limitOption, manifestsOption, stackOption, withOption } from './options.ts';
import { addPlaceOptions, type PlaceFlags, placeOf, placeText } from './place.ts';
import { refuseWrongSettings } from './refuse-settings.ts';
import { say } from './say.ts';
import { stackOf } from './stack.ts';
import { timeText } from './time-text.ts';

interface Options extends PlaceFlags {
  readonly stack?: string;
  readonly manifests?: readonly string[];
  readonly with: readonly string[];
  readonly limit: readonly string[];
}

/** `pgdrill plan`: what a run would do and what it should cost; nothing is done. */
export function planCommand(): Command {
  const command = new Command('plan')
    .description('show what a drill would do, its limits, and the outage that the timeouts predict; runs nothing')
    .argument('[scenario]', 'name of a scenario, or path of a scenario file', 'primary-crash')
    .addOption(stackOption())
    .addOption(manifestsOption())
    .addOption(withOption())
    .addOption(limitOption());
  return addPlaceOptions(command).action(async (name: string, options: Options) => {
    const config = await readConfig({ stack: options.stack, manifests: options.manifests });
    const place = await placeOf(options, config.stack);
    const stack = config.stack === 'cluster' ? await unopened(config) : await stackOf(config);
    const changed = { ...config.with, ...parseAssignments(options.with) };
    const { scenario: found } = await findScenario(config.scenarios, name);
    const scenario = { ...found, topology: (await stack.adopt?.(found.topology)) ?? found.topology };
    refuseWrongSettings(stack, changed, [scenario.topology]);
    checkParameters(scenario.drill);
    const experiments = await experimentsOf(scenario.drill);
    const changes = [...limitsFromConfig(config.limits, scenario.name), ...parseLimits(options.limit)];
    const there = config.stack === 'cluster' ? await describePlace(scenario, place) : [];
    const clients = await describeClients(scenario, config.stack);
    const before = [...there, ...(await describeExperiments(experiments)), ...clients];
    say(...describePlan(scenario, stack, changed, changes, before));
  });
}

type Planned = Pick<Stack, 'kind' | 'planned' | 'settings' | 'adopt'>;

/** An existing cluster as far as it is known before anybody looks at it. */
async function unopened({ manifests }: Pick<Config, 'manifests'>): Promise<Planned> {
  if (manifests.length > 0)
    throw new UsageError('manifests are stood up by the stack k3s, but the stack is cluster; use --stack k3s');
  return { kind: 'cluster', settings: {}, planned: () => ({}) };
}

/** Whether a cluster lets the scenario be run, and what its Role has to grant. */
async function describePlace({ needs, drill }: Scenario, place: Place): Promise<string[]> {
  const { clusterCapabilities } = await import('../stacks/cluster/index.ts');
  const { apisOf, profileMeans, profileOf, whyNotAt } = await import('../stacks/cluster/safety/profiles.ts');
  const { takesOptIn } = await import('../stacks/cluster/safety/guard.ts');
  const { restoreRights, rightsFor, ruleOf } = await import('../stacks/cluster/safety/rights.ts');
  const why = whyNotAt(needs, clusterCapabilities, place);
  if (why) return [`  place    ${placeText(place)}`, `  refused  it ${why}`];
  const profile = profileOf(needs);
  const rights = rightsFor(needs.filter(isFault), { cluster: '<cluster>', secret: '<secret>' });
  const all = [...rights, ...(needs.includes('restore') ? restoreRights('pgdrill-restore-<name>') : [])];
  return [
    `  place    ${placeText(place)}`,
    `  profile  ${profile}: ${profileMeans[profile]}`,
    ...apisOf(needs).map(
      ({ groupVersion, of }) =>
        `  needs    ${of}: the cluster ${place.groupVersions ? 'serves' : 'has to serve'} ${groupVersion}`,
    ),
    ...(courseOf(drill)?.breaksSeveral ? [`  opt-in   it ${takesOptIn}`] : []),
    ...all.map((one) => `  right    ${ruleOf(one)} in ${whereText[one.where]}: ${one.why}`),
  ];
}

const whereText = {
  cluster: 'the namespace of the Cluster',
  operator: 'the namespace of the operator',
  restore: 'a namespace that is kept for restores',
  everywhere: 'all namespaces',
} as const;

function describePlan(
  scenario: Scenario,
  stack: Planned,
  changed: Record<string, string>,
  changes: readonly LimitChange[],
  there: readonly string[],
): string[] {
  const { topology, load, needs } = scenario;
  const settings = stack.planned({
    ...topology,
    settings: { ...topology.settings, ...withoutClientSettings(changed) },
  });
  const { pooler } = topology;
  const limits = limitsOn(scenario.limits, stack.kind, changes);
  const course = courseOf(scenario.drill);
  const prediction = predictDrill(scenario, settings, course?.firstFaultMs);
  return [
    `${scenario.name} on ${stack.kind}: ${scenario.asks}`,
    ...there,
    stack.kind === 'cluster'
      ? '  stack    as it is found when the drill begins'
      : `  stack    ${topology.instances} instances (durability ${topology.durability}), ${pooler.instances} poolers (${pooler.mode}, ${pooler.poolSize} connections each)`,
    `  load     ${load.ratePerSecond} writes/s from ${load.writers} clients through the poolers`,
    ...needs
      .filter(isFault)
      .map((fault) => `  fault    ${fault}: ${faults[fault].means}; undone: ${faults[fault].undoneBy}`),
    ...describeSteps(scenario),
    ...(course ? [`  time     ${timeText(course)}, without opening and closing the stack`] : []),
    ...describeLimits(limits),
    ...(needs.some(isFault) ? describePrediction(prediction, limits) : []),
  ];
}

/** The client programs, and why a run would refuse them. */
async function describeClients({ load }: Scenario, kind: StackKind): Promise<string[]> {
  const uses = clientUses(load.clients).filter((use) => typeof use !== 'string');
  if (uses.length === 0) return [];
  const { findClients } = await import('../clients/in-run.ts');
  const lines = uses.map(
    ({ name, path, workers, ratePerSecond }) =>
      `  client   ${name} by ${path}: ${workers} workers, ${ratePerSecond} writes/s`,
  );
  try {
    findClients({ load }, kind);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return [...lines, `  refused  ${error.message}`];
  }
  const guarded =
    '           first started against servers of this machine with false certificates: one that logs in is refused';
  return [...lines, ...(kind === 'cluster' ? [guarded] : [])];
}

async function describeExperiments(experiments: readonly NamedExperiment[]): Promise<string[]> {
  if (experiments.length === 0) return [];
  const { titleOf } = await import('../chaos-mesh/experiment.ts');
  return experiments.map(
    ({ file, experiment }) =>
      `  injects  ${titleOf(experiment)} of Chaos Mesh (${file})${experiment.durationMs === undefined ? ', once' : `, for ${experiment.durationMs / 1_000} s`}`,
  );
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

function describeLimits(limits: ReturnType<typeof limitsOn>): string[] {
  return (Object.entries(limits) as [MetricName, Limit][]).map(
    ([metric, limit]) =>
      `  limit    ${titleOf(metric)} ${limitText(limit, metrics[metric].unit)} (${metric}; ${limit.source ?? 'from the scenario'})`,
  );
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

function describePrediction(
  prediction: ReturnType<typeof predictDrill>,
  limits: ReturnType<typeof limitsOn>,
): string[] {
  if (!prediction) return ['  predicted: nothing; pgdrill has no model of what this costs here'];
  return [
    `  predicted outage of writes: ${seconds(prediction.lowMs)}–${seconds(prediction.highMs)} s`,
    ...prediction.phases.map(
      ({ phase, lowMs, highMs, why }) =>
        `    ${phase.padEnd(9)} ${seconds(lowMs).padStart(5)}–${seconds(highMs).padEnd(5)} s  ${why}`,
    ),
    ...tooStrict(prediction, limits.writeOutageMs?.max),
  ];
}

/** A limit that the timeouts alone can break says nothing about the system. */
function tooStrict({ lowMs, highMs }: { readonly lowMs: number; readonly highMs: number }, max?: number): string[] {
  if (max === undefined || max >= highMs) return [];
  if (max < lowMs)
    return [
      `  warning: the limit on the write outage (${seconds(max)} s) cannot hold: the timeouts alone take at least ${seconds(lowMs)} s`,
    ];
  return [
    `  warning: the limit on the write outage (${seconds(max)} s) can fail with everything working: the timeouts alone allow up to ${seconds(highMs)} s`,
  ];
}

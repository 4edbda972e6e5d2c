/** The part of a run in which the stack is open. */
import { demandVerification, findClients, startClients } from '../clients/in-run.ts';
import { startLatePath } from '../clients/late-path.ts';
import { SetupError, UsageError } from '../errors.ts';
import { isFault } from '../faults/index.ts';
import { type Api, apiStreams, startApi } from '../load/applications/api.ts';
import { findK6, type K6, startK6 } from '../load/applications/k6.ts';
import type { Endpoint } from '../load/endpoint.ts';
import { createTracker } from '../load/probes/tracker.ts';
import { LoadFleet } from '../load/process/fleet.ts';
import type { ClientArgv } from '../load/process/place.ts';
import type { LoadPlan } from '../load/process/protocol.ts';
import type { ClientCommandLine } from '../load/programs/fleet.ts';
import { predictDrill } from '../measure/failover/predict.ts';
import { type AbortLimits, watchLimits } from '../safety/abort.ts';
import { openUndoStore, type UndoStore } from '../safety/undo.ts';
import { courseOf } from '../scenario/course.ts';
import type { Scenario } from '../scenario/index.ts';
import type { OpenStack, Stack } from '../stacks/stack.ts';
import { lookIntoStore, watchArchive } from './archive.ts';
import { InstanceAsker } from './ask.ts';
import { prepareLedger, readLedgerOf } from './data/ledger.ts';
import { Conductor } from './drill.ts';
import { perform } from './perform.ts';
import type { Recorder } from './recorder.ts';
import { ReplicationProbe, watchReplication } from './replication.ts';
import { standardStreams } from './streams.ts';
import { watchActivity } from './watch/activity.ts';
import { watchStorage } from './watch/storage.ts';

export interface Conduct {
  readonly scenario: Scenario;
  readonly stack: Stack;
  readonly folder: string;
  readonly recorder: Recorder;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly abort?: AbortLimits;
  readonly holdAtMostMs?: number | undefined;
  readonly step: (text: string) => void;
  /** Called once the stack is open: from then on something may be broken. */
  readonly onOpened: () => void;
}

/** The harness can do without a connection to an instance that it has not reached by then. */
const connectedWithinMs = 5_000;

/** Opens the stack, lets the drill happen under load, verifies, closes the stack, and looks for what was left behind. */
export async function conduct(run: Conduct): Promise<void> {
  const { scenario, stack, folder, recorder, signal, step } = run;
  recorder.now<'phase'>({ kind: 'phase', phase: 'prepare' });
  const topology = scenario.topology;
  const clients = findClients(scenario, stack.kind);
  if (stack.kind === 'cluster') await demandVerification(scenario, clients, signal);
  // Before anything is opened: where how to undo a fault cannot be kept, nothing begins.
  const undos = await openUndoStore(folder);
  const open = await stack.open({
    ...{ topology, folder, signal, progress: step },
    withoutFault: !scenario.needs.some(isFault),
  });
  run.onOpened();
  const limits = new AbortController();
  using _limits = watchLimitsOf(run, limits);
  const stopped = AbortSignal.any([limits.signal, ...(open.stopped ? [open.stopped] : [])]);
  try {
    await drillOn(open, undos, { ...run, clients, signal: AbortSignal.any([signal, stopped]) });
  } catch (error) {
    await open.diagnose(folder).catch(() => {});
    throw stopped.aborted && !signal.aborted ? stopped.reason : error;
  } finally {
    step('closing the stack');
    await open[Symbol.asyncDispose]();
    const { checked, found, ...rest } = await stack.residue(open.id);
    const left = (await undos.left()).map((file) => `undo record ${file}`);
    recorder.now<'residue'>({
      ...{ kind: 'residue', checked: [...checked, 'undo records'], found: [...found, ...left] },
      ...rest,
    });
  }
}

/** Ends the run by `limits` once one of its abort limits is broken. */
function watchLimitsOf({ recorder, abort = {} }: Conduct, limits: AbortController): Disposable {
  const watch = watchLimits(abort);
  return recorder.listen((event) => {
    const reason = watch(event);
    if (reason) limits.abort(new SetupError(`the drill was ended: ${reason}`));
  });
}

interface WithClients extends Conduct {
  readonly clients: readonly ClientCommandLine[];
}

async function drillOn(open: OpenStack, undos: UndoStore, run: WithClients): Promise<void> {
  const { scenario, recorder, signal, step } = run;
  step('preparing the ledger');
  const argv: ClientArgv = (argv) => open.clientArgv(argv);
  const { api: wanted, retriesAlso } = scenario.load;
  await using api = wanted ? await startApi({ endpoint: poolersOf(open)[0]!, retriesAlso, argv }) : undefined;
  const plan = await loadPlan(open, run, api);
  await prepareLedger(open, plan);
  const tracker = createTracker(plan.streams);
  using _tracking = recorder.listen((event) => tracker.see(event));
  await using load = new LoadFleet({
    generators: open.generators ?? [],
    plan,
    argv,
    folder: run.folder,
    onMessage: (draft) => recorder.write(draft),
    signal,
  });
  await using late = await startLatePath({ open, scenario, recorder, argv });
  await using programs = await startClients({ ...run, open, commands: run.clients, argv, late: late.endpoint });
  await Promise.all([load.ready, programs.ready]);
  await describeStack(open, plan, run);
  await using _observation = await open.observe((seen, atNs) => recorder.seen(seen, atNs));
  await using replication = new ReplicationProbe(open);
  await using _watch = watchReplication(replication, recorder);
  // One connection to an instance for both: each takes one of its few.
  await using asker = new InstanceAsker(open);
  await using _storage = watchStorage(open, asker, recorder);
  await using _activity = watchActivity(open, asker, recorder, plan.streams);
  await using _archive = watchArchive(open, recorder);
  const conductor = new Conductor({
    stack: open,
    folder: run.folder,
    recorder,
    tracker,
    replication,
    undos,
    needs: scenario.needs,
    signal,
    step,
    withClients: run.clients.length > 0,
    holdAtMostMs: run.holdAtMostMs,
  });
  // The harness connects before the load does: where each connection starts a process in a pod, that slows clients.
  await replication.look(connectedWithinMs);
  load.start();
  programs.start();
  await using k6 = await startScript(run, api, argv);
  recorder.now<'phase'>({ kind: 'phase', phase: 'steady' });
  const ends = [load.died, ...(api ? [api.died] : [])];
  const drill = () => conductor.run(scenario.drill);
  let isLoadOver = false;
  for (const end of ends) end.catch(() => void (isLoadOver = true));
  const finish = async () => {
    await conductor.calm();
    for (const draft of (await k6?.stop()) ?? []) recorder.write(draft);
    await verify(open, replication, [load, programs], run);
    const remarks = await open.afterwards?.();
    if (remarks) recorder.now<'afterwards'>({ kind: 'afterwards', remarks: [...remarks] });
  };
  const trouble = await perform({ drill, healAll: () => conductor.healAll(), ends, signal }).then(
    () => undefined,
    (error: Error) => error,
  );
  // Awaited here: what the run uses is closed as soon as this function returns.
  if (!trouble) return await finish();
  // Whether writes were lost is asked although the drill broke off, unless somebody ended it or nothing writes any more.
  if (!signal.aborted && !isLoadOver) await finish().catch((why: Error) => recorder.note(notVerified(why), 'warn'));
  throw trouble;
}

const notVerified = ({ message }: Error): string =>
  `the drill broke off, and what is left could not be verified: ${message}`;

/** The scenario's script of k6, where there is one. */
async function startScript(
  { scenario, ...run }: Conduct,
  api: Api | undefined,
  argv: ClientArgv,
): Promise<K6 | undefined> {
  const script = scenario.load.k6;
  if (script === undefined) return undefined;
  if (!api) throw new UsageError(`the scenario ${scenario.name} has load.k6 and no load.api, which its script asks`);
  const k6 = await findK6();
  if (k6) return startK6(k6, { script, port: api.port, argv, folder: run.folder, clock: run.recorder.clock });
  const text = `${script} was left out: k6 is not on the PATH; install it, or say where it is with PGDRILL_K6`;
  run.recorder.now<'note'>({ kind: 'note', level: 'warn', text });
  return undefined;
}

/** Ends the writes, then reads the ledger of every instance that streams. */
async function verify(
  open: OpenStack,
  replication: ReplicationProbe,
  loads: readonly { stop(): Promise<void> }[],
  run: Conduct,
): Promise<void> {
  const { recorder, step } = run;
  recorder.now<'phase'>({ kind: 'phase', phase: 'verify' });
  step('stopping the load and reading the ledger back from every instance');
  await Promise.all(loads.map((load) => load.stop()));
  const states = await replication.caughtUp(10_000);
  // A standby's ledger is judged only if it was seen caught up after the last acknowledgement.
  for (const state of states) recorder.now<'replica'>({ kind: 'replica', ...state });
  for (const instance of await open.instances()) {
    const state = states.find(({ instance: name }) => name === instance.name);
    if (!state?.streaming) continue;
    const role = state.syncState === 'primary' ? 'primary' : 'replica';
    recorder.now<'ledger'>(await readLedgerOf(open, instance, role));
  }
  await lookIntoStore(open, run);
  recorder.now<'residue'>({ kind: 'residue', ...(await open.residue()) });
}

/** @throws SetupError where there is none */
function poolersOf(open: OpenStack): Endpoint[] {
  const poolers = open.endpoints().filter(({ name }) => name !== 'direct' && name !== 'readonly');
  if (poolers.length === 0) throw new SetupError('the stack has no pooler to send the load through');
  return poolers;
}

async function loadPlan(open: OpenStack, run: Conduct, api: Api | undefined): Promise<LoadPlan> {
  const { scenario, recorder, seed } = run;
  const poolers = poolersOf(open);
  return {
    originNs: String(recorder.clock.originNs),
    seed,
    load: scenario.load,
    writerEndpoints: poolers,
    ...(scenario.load.workload && { transactionEndpoints: [...poolers, directOf(open)] }),
    ...(scenario.load.replicaTransactionsPerSecond && { replicaEndpoint: readOnlyOf(open) }),
    ...(scenario.load.readYourWrites && { sessionsBetween: [directOf(open), readOnlyOf(open)] as const }),
    ...(scenario.load.openSessions > 0 && { sessionEndpoint: await sessionEndpoint(open) }),
    streams: [
      ...standardStreams(open.endpoints(), scenario.load.probeEveryMs ?? open.probeEveryMs),
      ...(api ? apiStreams(api, poolers[0]!) : []),
    ],
  };
}

/** The primary's own service. @throws SetupError where there is none */
function directOf(open: OpenStack): Endpoint {
  const direct = open.endpoints().find(({ name }) => name === 'direct');
  if (!direct)
    throw new SetupError(
      'the stack has no direct way to its primary, which list-append transactions and sessions take',
    );
  return direct;
}

/** The way to the replicas. @throws SetupError where there is none */
function readOnlyOf(open: OpenStack): Endpoint {
  const readOnly = open.endpoints().find(({ name }) => name === 'readonly');
  if (!readOnly)
    throw new SetupError(
      'the load reads on replicas, and the stack has no way to them: it needs a service that selects replicas, such as <cluster>-ro',
    );
  return readOnly;
}

async function sessionEndpoint(open: OpenStack): Promise<Endpoint> {
  if (!open.endpointOf)
    throw new SetupError('the drill asks for sessions to the primary’s own address, which clients cannot reach here');
  return open.endpointOf(await open.primary());
}

/** Journals what was found, and what is expected of it. */
async function describeStack(open: OpenStack, plan: LoadPlan, { scenario, recorder }: Conduct): Promise<void> {
  const { versions, settings, poolers, path, shared, manifests } = open.facts;
  const instances = (await open.instances()).map(({ name, address, host }) => ({ name, address, host }));
  const streams = plan.streams.map(({ endpoint: _endpoint, post: _post, ...stream }) => stream);
  recorder.now<'stack'>({ kind: 'stack', versions, settings, poolers, path, instances, streams, shared, manifests });
  const prediction = predictDrill(scenario, settings, courseOf(scenario.drill)?.firstFaultMs);
  if (prediction) recorder.now<'prediction'>({ kind: 'prediction', ...prediction });
}

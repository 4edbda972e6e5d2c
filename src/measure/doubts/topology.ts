/** Whether the stack is the one that the run was made for. */
import type { Run } from '../../journal/run.ts';
import { counted } from '../measured.ts';

export const topologyDoubts = (run: Run): string[] => [
  ...describedDoubts(run),
  ...instanceDoubts(run),
  ...poolerDoubts(run),
  ...pathDoubts(run),
  ...durabilityDoubts(run),
  ...stepDoubts(run),
];

/** Losses are judged by what the topology promises, and that by the settings in force. */
function describedDoubts({ header, stack }: Run): string[] {
  const { instances, durability, pooler } = header.topology;
  if (instances === undefined || durability === undefined || pooler === undefined)
    return ['the journal does not describe the topology'];
  if (!(['asynchronous', 'preferred', 'required'] as unknown[]).includes(durability))
    return [`the topology promises a durability “${String(durability)}”, which does not exist`];
  if (!stack || stack.instances.length < 2 || durabilityInForce(stack.settings)) return [];
  return ['the journal does not hold the settings of synchronous replication'];
}

function instanceDoubts({ header, stack }: Run): string[] {
  if (!stack) return [];
  const { instances } = stack;
  const asked = Number(header.topology.instances ?? instances.length);
  const found = instances.length !== asked;
  const names = new Set(instances.map(({ name }) => name));
  const addresses = new Set(instances.map(({ address }) => address).filter((address) => address !== ''));
  return [
    ...(found ? [`the stack has ${counted(instances.length, 'instance')}, but the topology says ${asked}`] : []),
    ...(names.size < instances.length ? ['two instances of the stack have one name'] : []),
    ...(addresses.size < instances.length ? ['two instances of the stack have one address, or none'] : []),
  ];
}

/** Every pooler has probes of its own, and every stream through a pooler has a pooler. */
function poolerDoubts({ header, stack }: Run): string[] {
  if (!stack) return [];
  const { poolers, streams } = stack;
  const probed = streams.filter(({ path, fresh }) => path === 'pooler' && !fresh).map(({ name }) => name);
  const asked = Number((header.topology.pooler as { instances?: number } | undefined)?.instances ?? poolers.length);
  // A cluster may hide several poolers behind one Service: then its clients see one.
  const tooFew = header.stack !== 'cluster' && poolers.length !== asked;
  return [
    ...(tooFew ? [`the stack has ${counted(poolers.length, 'pooler')}, but the topology says ${asked}`] : []),
    ...poolers.filter((name) => !probed.includes(name)).map((name) => `no stream of probes goes through ${name}`),
    ...probed
      .filter((name) => !poolers.includes(name))
      .map((name) => `the probes of ${name} go through a pooler that the stack does not have`),
    ...(new Set(streams.map(({ name }) => name)).size < streams.length ? ['two streams of probes have one name'] : []),
    ...(streams.some(({ path }) => path === 'direct') ? [] : ['no stream of probes writes to the primary directly']),
  ];
}

/** The streams to the primary and to the standbys are named after their ways; requests to a service need one. */
function pathDoubts({ header, stack }: Run): string[] {
  const streams = stack?.streams ?? [];
  const wrong = streams.filter(
    ({ name, path }) => (['direct', 'readonly'] as string[]).includes(name) && path !== name,
  );
  const fresh = streams.filter(({ fresh: isFresh, path }) => isFresh && path !== 'pooler' && path !== 'api');
  const requests = header.load.api === true ? [] : streams.filter(({ path }) => path === 'api');
  return [
    ...wrong.map(({ name, path }) => `the stream ${name} says that it goes another way (${path})`),
    ...fresh.map(({ name }) => `the stream ${name} has fresh connections, but does not go through a pooler`),
    ...requests.map(({ name }) => `the stream ${name} goes to a service that the load does not have`),
  ];
}

/** What the settings in force say about synchronous replication; undefined where they say nothing. */
function durabilityInForce(
  settings: Readonly<Record<string, string>>,
): { sync: boolean; strict?: boolean } | undefined {
  const mode = settings['patroni.synchronous_mode'];
  const strict = settings['patroni.synchronous_mode_strict'];
  if (mode !== undefined)
    return { sync: mode !== 'false' && mode !== 'off', strict: strict === 'true' || strict === 'on' };
  const names = settings['postgresql.synchronous_standby_names'];
  return names === undefined ? undefined : { sync: names !== '' };
}

/** The promise that losses are judged by has to be the one that the servers were set up to keep. */
function durabilityDoubts({ header, stack }: Run): string[] {
  const promised = header.topology.durability;
  if (!stack || promised === undefined) return [];
  const inForce = durabilityInForce(stack.settings);
  const commit = stack.settings['postgresql.synchronous_commit'];
  const isAsynchronous = promised === 'asynchronous';
  const contradicts =
    inForce !== undefined &&
    (inForce.sync === isAsynchronous || (inForce.strict !== undefined && inForce.strict !== (promised === 'required')));
  const isOff = !isAsynchronous && (commit === 'off' || commit === 'local');
  if (!contradicts && !isOff) return [];
  return [`the topology says durability ${String(promised)}, but the settings in force keep another promise`];
}

/** Where the load says how often it probes, the streams do. */
function stepDoubts({ header, stack }: Run): string[] {
  const everyMs = header.load.probeEveryMs;
  const kept = stack?.streams.filter(({ fresh, path }) => !fresh && path !== 'api') ?? [];
  if (typeof everyMs !== 'number' || kept.every(({ stepUs }) => stepUs === everyMs * 1_000)) return [];
  return [`the load probes every ${everyMs} ms, but its streams do not`];
}

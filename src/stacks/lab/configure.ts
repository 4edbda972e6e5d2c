/** Changes the settings of a lab that is up: programs are reloaded or restarted, and then asked what is in force. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Topology } from '../../scenario/topology.ts';
import { etcdSocket } from './config/etcd.ts';
import { clusterConfig } from './config/patroni.ts';
import { etcdPrefix } from './config/places.ts';
import { leaseOf, putKey } from './control/etcd.ts';
import { askPatroni } from './control/patroni.ts';
import { connectPostgres } from './control/postgres.ts';
import { insideHost, killHost, startHost } from './hosts/host.ts';
import { hostId, instancesOf, type Lab, poolerHosts, singleHost } from './lab.ts';
import { hostFolders } from './paths.ts';
import type { HostPlan } from './plan.ts';
import { clusterReady, pathsReady, untilWorks } from './ready.ts';
import { configFiles } from './services.ts';
import { chooseSettings, type Program, settings, settingsOf } from './settings.ts';

/** Patroni looks once every `loop_wait`; the old one is in force until it has. */
const withinMsOf = (...labs: readonly Lab[]): number =>
  30_000 + 2_000 * Math.max(...labs.map(({ chosen }) => Number(chosen.loop_wait)));

/**
 * Gives a lab other settings; the rest of its topology stays. Resolves once they are in force and all paths serve.
 * @returns the lab with them, and the name of the primary
 * @throws UsageError for settings that `chooseSettings` refuses, before anything is changed
 */
export async function configureLab(
  lab: Lab,
  settings: Topology['settings'],
  signal: AbortSignal,
): Promise<{ lab: Lab; leader: string }> {
  const topology = { ...lab.topology, settings };
  const next: Lab = { ...lab, topology, chosen: chooseSettings(topology) };
  const changes = (program: Program) =>
    settingsOf(program, next.chosen).some(({ name, value }) => lab.chosen[name] !== value);
  if (changes('patroni') || changes('postgresql') || changes('archiving'))
    await configurePatroni(next, withinMsOf(lab, next), signal);
  const restarted = [
    ...(changes('haproxy') ? [singleHost(lab.state, 'haproxy')] : []),
    ...(changes('pgbouncer') ? poolerHosts(lab.state) : []),
  ];
  await Promise.all(restarted.map((host) => restartWith(next, host, signal)));
  const leader = await clusterReady(next, signal);
  await pathsReady(next, leader, signal);
  return { lab: next, leader };
}

/** Neither program reloads all of its settings without a restart, and neither has a client now. */
async function restartWith(lab: Lab, host: HostPlan, signal: AbortSignal): Promise<void> {
  const id = hostId(lab.state, host.name);
  const { config } = hostFolders(id.labId, id.name);
  await killHost(id);
  for (const [name, text] of Object.entries(configFiles(host, lab))) await writeFile(join(config, name), text);
  await startHost(id, lab.state.lower, signal);
}

/** Patroni takes its timers from etcd, and gives PostgreSQL its parameters, when it next looks. */
async function configurePatroni(lab: Lab, withinMs: number, signal: AbortSignal): Promise<void> {
  const { state, topology, chosen } = lab;
  const socket = await insideHost(hostId(state, 'etcd1'), etcdSocket);
  await putKey(socket, `${etcdPrefix}config`, JSON.stringify(clusterConfig(topology, chosen)), signal);
  const ttl = Number(chosen.ttl);
  const keys = ['leader', ...instancesOf(state).map(({ name }) => `members/${name}`)];
  await untilWorks(`Patroni to take a ttl of ${ttl} s`, withinMs, signal, async () => {
    const leases = await Promise.all(keys.map((key) => leaseOf(socket, `${etcdPrefix}${key}`)));
    const old = keys.filter((_, i) => leases[i] !== ttl);
    if (old.length > 0) throw new Error(`${old.join(', ')} still have another`);
    return true;
  });
  const wanted = settingsOf('postgresql', chosen);
  await untilWorks('PostgreSQL to take its parameters', withinMs, signal, async () => {
    for (const { name } of instancesOf(state)) {
      const old = await notYetIn(lab, name, wanted);
      if (old.some((setting) => settings[setting]!.restarts)) await restartWherePending(lab, name);
      if (old.length > 0) throw new Error(`${name} has another ${old.join(', ')}`);
    }
    return true;
  });
}

/** Patroni refuses where it does not know of a change that needs a restart, as before its next look: then later. */
const restartWherePending = (lab: Lab, instance: string) =>
  askPatroni(lab, instance, '/restart', { restart_pending: true });

async function notYetIn(
  { state }: Lab,
  instance: string,
  wanted: readonly { name: string; value: string }[],
): Promise<string[]> {
  const client = await connectPostgres(hostId(state, instance), 'postgres');
  try {
    const names = wanted.map(({ name }) => name);
    const { rows } = await client.query<{ name: string; setting: string }>(
      'select name, setting from pg_settings where name = any($1)',
      [names],
    );
    const inForce = new Map(rows.map(({ name, setting }) => [name, setting]));
    return wanted.filter(({ name, value }) => inForce.get(name) !== value).map(({ name }) => name);
  } finally {
    await client.end();
  }
}

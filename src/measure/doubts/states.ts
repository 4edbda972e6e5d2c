/** What several observers say of one instance: of each other, of its faults, and of the writes that it acknowledged. */
import { contractOf } from '../../faults/index.ts';
import { sentUsOf } from '../../journal/columns/ops.ts';
import { type EventOf, outcomes, slotOutcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { type FaultWindow, faultWindows } from '../availability/fault-windows.ts';
import { instancesByAddress } from '../instances.ts';
import { counted, few, inSeconds, ms } from '../measured.ts';

const okLocal = outcomes.indexOf('okLocal');
const answered = slotOutcomes.indexOf('ok');

/** Observers ask at their own moments, and an answer may hang: near a change they may differ. */
const differUs = 2_000_000;
/** A new primary is asked ten times a second, and may be too busy to answer. */
const seenWithinUs = 5_000_000;

export const stateDoubts = (run: Run): string[] => [
  ...strangers(run),
  ...impossibleLooks(run),
  ...mismatches(run),
  ...deadWitnesses(run),
  ...latePrimaries(run),
];

function strangers({ stack, instances, roles, replicas }: Run): string[] {
  if (!stack) return [];
  const known = new Set([...stack.instances, ...instances].map(({ name }) => name));
  const strange = [...roles, ...replicas].map(({ instance }) => instance).filter((name) => !known.has(name));
  if (strange.length === 0) return [];
  return [
    `${few([...new Set(strange)].map((name) => `“${name}”`))} was observed, which is not an instance of the stack`,
  ];
}

const syncStates: ReadonlySet<string> = new Set([
  ...['primary', 'sync', 'quorum', 'potential', 'async'],
  ...['none', 'unreachable', ''],
]);

function impossibleLooks({ replicas, roles }: Run): string[] {
  const unlikely = replicas.filter(
    ({ streaming, syncState, timeline }) =>
      streaming && (timeline <= 0 || syncState === '' || syncState === 'none' || syncState === 'unreachable'),
  );
  const strange = replicas.filter(({ syncState }) => !syncStates.has(syncState));
  const backwards = [...roles, ...replicas].filter(({ afterUs, tUs }) => afterUs !== undefined && afterUs > tUs);
  return [
    ...(unlikely.length > 0 ? [`${counted(unlikely.length, 'look')} at a standby that streams and does not`] : []),
    ...(strange.length > 0
      ? [`a look found the state “${strange[0]!.syncState}”, which PostgreSQL does not have`]
      : []),
    ...(backwards.length > 0 ? [`${counted(backwards.length, 'observation')} ended before it began`] : []),
  ];
}

/** Two observers ask each instance: the one its role, the other whether it streams. */
function mismatches({ roles, replicas }: Run): string[] {
  const byInstance = Map.groupBy(
    roles.filter(({ observer }) => observer === 'sql'),
    ({ instance }) => instance,
  );
  return [...byInstance].flatMap(([name, seen]) => {
    const looks = replicas.filter(({ instance }) => instance === name);
    const n = seen.reduce((sum, role, i) => {
      const next = seen[i + 1];
      const fromUs = role.tUs + differUs;
      const untilUs = (next?.afterUs ?? next?.tUs ?? Number.POSITIVE_INFINITY) - differUs;
      return sum + looks.filter((look) => look.tUs > fromUs && look.tUs < untilUs && contradicts(role, look)).length;
    }, 0);
    return n > 0 ? [`${counted(n, 'look')} at ${name} contradict what it said of its role`] : [];
  });
}

function contradicts({ role }: EventOf<'role'>, { streaming, syncState }: EventOf<'replica'>): boolean {
  if (role === 'unreachable') return streaming;
  if (syncState === 'unreachable') return false;
  return (role === 'primary') !== (syncState === 'primary');
}

/** Whether it stops an instance for as long as it lasts. On Kubernetes one whose processes are gone is started again. */
function stops(fault: string, stack: string): boolean {
  const { instance, takesNode } = contractOf(fault) ?? {};
  if (instance === 'gone') return stack === 'lab' || takesNode === true;
  return instance === 'stopped' || instance === 'unreachable';
}

/** An instance that the drill had stopped neither streams nor acknowledges anything. */
function deadWitnesses(run: Run): string[] {
  const dead = faultWindows(run).filter(({ fault }) => stops(fault, run.header.stack));
  return dead.flatMap((window) => [...acknowledgedBy(run, window), ...streamedBy(run, window)]);
}

const lastsFrom = ({ effective }: FaultWindow): number => effective?.hi ?? Number.POSITIVE_INFINITY;
const lastsUntil = ({ heal }: FaultWindow): number => heal?.lo ?? Number.POSITIVE_INFINITY;

function acknowledgedBy(run: Run, window: FaultWindow): string[] {
  const { ops } = run;
  const byAddress = instancesByAddress(run);
  const isHit = ops.servers.map((address) => window.hits.includes(byAddress.get(address) ?? ''));
  let n = 0;
  for (let row = 0; row < ops.n; row++) {
    const within = sentUsOf(ops, row) > lastsFrom(window) && ops.doneUs[row]! < lastsUntil(window);
    if (within && ops.outcome[row]! <= okLocal && isHit[ops.server[row]!]) n++;
  }
  return [
    ...(n > 0 ? [`${window.target} acknowledged ${counted(n, 'write')} during ${window.fault}, which stops it`] : []),
    ...answeredBy(run, window, byAddress),
  ];
}

function answeredBy({ slots }: Run, window: FaultWindow, byAddress: ReadonlyMap<string, string>): string[] {
  return [...slots.values()].flatMap(({ stream, n, outcome, server, servers, startUs, doneUs }) => {
    const isHit = servers.map((address) => window.hits.includes(byAddress.get(address) ?? ''));
    let answers = 0;
    for (let row = 0; row < n; row++)
      if (outcome[row] === answered && isHit[server[row]!])
        if (startUs[row]! > lastsFrom(window) && doneUs[row]! < lastsUntil(window)) answers++;
    return answers > 0
      ? [
          `${window.target} answered ${counted(answers, 'probe')} of ${stream.name} during ${window.fault}, which stops it`,
        ]
      : [];
  });
}

function streamedBy({ replicas }: Run, window: FaultWindow): string[] {
  // One that nobody reaches may be asked by its own socket, and calls itself what it was.
  if (contractOf(window.fault)?.instance === 'unreachable') return [];
  const n = replicas.filter(
    ({ instance, streaming, tUs }) =>
      streaming && window.hits.includes(instance) && tUs > lastsFrom(window) + differUs && tUs < lastsUntil(window),
  ).length;
  return n > 0 ? [`${counted(n, 'look')} found ${window.target} streaming during ${window.fault}, which stops it`] : [];
}

/** Before an instance acknowledges writes on a new timeline it is its primary, and is asked that all the time. */
function latePrimaries({ ops, roles }: Run): string[] {
  const firstUs: number[] = [];
  for (let row = 0; row < ops.n; row++) {
    const timeline = ops.timeline[row]!;
    if (ops.outcome[row]! > okLocal || timeline <= 0) continue;
    if (!(ops.doneUs[row]! >= firstUs[timeline]!)) firstUs[timeline] = ops.doneUs[row]!;
  }
  return Object.entries(firstUs).flatMap(([key, us]) => {
    const timeline = Number(key);
    const seen = roles.find((one) => one.observer === 'sql' && one.role === 'primary' && one.timeline === timeline);
    const lateUs = seen ? (seen.afterUs ?? seen.tUs) - us : 0;
    return lateUs > seenWithinUs
      ? [`the primary of timeline ${timeline} was seen ${inSeconds(ms(lateUs))} s after its first acknowledgement`]
      : [];
  });
}

/** Whether every fault that the scenario declares was injected, took effect while it lasted, and was healed. */

import { parseDurationMs } from '../../duration.ts';
import { contractOf } from '../../faults/index.ts';
import { needsOf } from '../../journal/compatibility/needs.ts';
import type { EventOf } from '../../journal/event.ts';
import { faultSteps } from '../../journal/fault-lines.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { counted, inSeconds, ms } from '../measured.ts';

type Line = EventOf<'fault'>;
type Steps = Readonly<Record<Line['step'], Line>>;

/** Lines are written at once; this is what a busy machine may take. */
const writtenWithinUs = 2_000_000;
/** Injecting is one call; a moment of injection that is known no better than this says nothing. */
const injectedWithinUs = 10_000_000;
/** What the drill waits for calm before it injects, and as much again. */
const announcedWithinUs = 60_000_000;

export function faultDoubts(run: Run): string[] {
  const byId = Map.groupBy(run.faults, ({ id }) => id);
  return [
    ...needDoubts(run),
    ...announcedDoubts(run),
    ...aimDoubts(run),
    ...undeclaredDoubts(run),
    ...scheduleDoubts(run),
    ...reportDoubts(run),
    ...[...byId.values()].flatMap((lines) => stepDoubts(run, lines)),
  ];
}

/** Capabilities that are not faults leave lines of their own. */
const evidenceOf: Readonly<Record<string, (run: Run) => number>> = {
  // What is to be restored is archived first, and that is watched.
  backup: ({ archives }) => archives.length,
  schedule: ({ backups }) => backups.length,
  restore: ({ restores }) => restores.length,
  metrics: ({ metrics }) => metrics.length,
};

/** The faults that the scenario needs and that never took effect. */
export const faultsLacking = (run: Run): string[] => {
  const injected = new Set(faultWindows(run).flatMap(({ fault, effective }) => (effective ? [fault] : [])));
  return needsOf(run.header).filter((need) => !evidenceOf[need] && !injected.has(need));
};

function needDoubts(run: Run): string[] {
  const injected = new Set(faultWindows(run).flatMap(({ fault, effective }) => (effective ? [fault] : [])));
  return needsOf(run.header).flatMap((need) => {
    const evidence = evidenceOf[need];
    if (evidence) return evidence(run) > 0 ? [] : [`the scenario needs ${need}, and the journal has none of it`];
    return injected.has(need) ? [] : [`the scenario needs ${need}, which never took effect`];
  });
}

/** A fault of an instance or of a pooler was aimed at one of the stack. */
function aimDoubts({ faults, stack }: Run): string[] {
  const instances = new Set(stack?.instances.map(({ name }) => name));
  const poolers = new Set(stack?.poolers);
  const wrong = faults.filter(({ fault, target, hosts }) => {
    const kind = contractOf(fault)?.target;
    if (kind === 'instance') return !(hosts ?? [target]).every((name) => instances.has(name));
    return kind === 'pooler' && !poolers.has(target);
  });
  return [...new Set(wrong.map(({ fault, target }) => `${fault} was aimed at ${target}, which is not what it takes`))];
}

/** Where the scenario says what it needs, it can inject nothing else. */
function undeclaredDoubts({ header, faults }: Run): string[] {
  const { needs } = header;
  if (!needs) return [];
  const others = faults.map(({ fault }) => fault).filter((fault) => contractOf(fault) && !needs.includes(fault));
  return [...new Set(others)].map((fault) => `${fault} was injected, which the scenario does not declare`);
}

/** What another tool injected, and nothing else shows: its report may be wrong. */
function reportDoubts({ faults }: Run): string[] {
  const reported = faults.flatMap(({ target, parameters = {} }) =>
    parameters.reportedBy ? [`${parameters.experiment} of ${target} is known from ${parameters.reportedBy} alone`] : [],
  );
  return [...new Set(reported)];
}

/** A fault that ended on schedule had a length, and lasted as long. */
function scheduleDoubts(run: Run): string[] {
  return faultWindows(run).flatMap(({ id, fault, scheduled, inject, heal }) => {
    const given = run.faults.find((line) => line.id === id)?.parameters?.for;
    const ms = typeof given === 'string' ? parseDurationMs(given) : Number.NaN;
    if (!scheduled || !heal) return [];
    return heal.lo - inject.hi >= 1_000 * ms - writtenWithinUs
      ? []
      : [`${fault} is said to have ended on schedule, but ${Number.isNaN(ms) ? 'had no length' : 'ended before'}`];
  });
}

/** The drill announces each fault before it injects it: what it announced has to have happened, and nothing else. */
function announcedDoubts({ phases, faults, notes }: Run): string[] {
  const announced = phases.flatMap(({ announces, tUs }) => (announces ? [{ ...announces, tUs }] : []));
  const injected = faults.filter(({ step }) => step === 'inject');
  const dry = notes.flatMap((note) => note.dry ?? []);
  const unused = announced.filter((one) => !dry.includes(`${one.fault} ${one.target}`));
  const unannounced = injected.filter(({ fault, target, beforeUs }) => {
    const i = unused.findIndex(
      (one) =>
        one.fault === fault && one.target === target && one.tUs <= beforeUs && beforeUs - one.tUs <= announcedWithinUs,
    );
    if (i >= 0) unused.splice(i, 1);
    return i < 0;
  });
  return [
    ...unused.map(
      (one) => `${one.fault} ${one.target} was announced, but the journal does not say that it was injected`,
    ),
    ...unannounced.map(({ fault, target }) => `${fault} of ${target} was injected without having been announced`),
  ];
}

function stepDoubts(run: Run, lines: readonly Line[]): string[] {
  const { id, fault, target } = lines[0]!;
  const name = `${fault} of ${target}`;
  const amiss = faultSteps.flatMap((step) => {
    const n = lines.filter((line) => line.step === step).length;
    if (n === 1) return [];
    if (n > 1) return [`${name} has ${counted(n, `${step} step`)}, expected 1`];
    return [missing[step](name)];
  });
  if (lines.some((line) => line.fault !== fault || line.target !== target))
    return [`the steps of ${id} are of different faults`];
  if (amiss.length > 0) return amiss;
  return orderDoubts(run, name, Object.fromEntries(lines.map((line) => [line.step, line])) as Steps);
}

/** What the system itself says afterwards is written all at once, and of a time before that. */
function reportedDoubts(name: string, { inject, effective, heal, healed }: Steps): string[] {
  const early = [inject, effective, heal, healed].some(({ tUs, afterUs }) => tUs < afterUs);
  if (early) return [`the steps of ${name} were written before they happened`];
  return effective.proof && healed.proof ? [] : [`${name} or its healing has no proof`];
}

const missing: Readonly<Record<Line['step'], (name: string) => string>> = {
  inject: (name) => `when ${name} was injected is not in the journal`,
  effective: (name) => `${name} was never proved to have taken effect`,
  heal: (name) => `${name} was never healed`,
  healed: (name) => `the healing of ${name} was never proved`,
};

function orderDoubts({ end }: Run, name: string, { inject, effective, heal, healed }: Steps): string[] {
  const all = [inject, effective, heal, healed];
  const inverted = all.some(({ beforeUs, afterUs }) => beforeUs > afterUs);
  if (inverted) return [`a step of ${name} ended before it began`];
  if (effective.beforeUs < inject.afterUs || heal.beforeUs < effective.afterUs || healed.afterUs < heal.afterUs)
    return [`${name} did not take effect between its injection and its healing`];
  if (heal.beforeUs !== healed.beforeUs) return [`the healing of ${name} began at two moments`];
  const widthUs = inject.afterUs - inject.beforeUs;
  if (widthUs > injectedWithinUs)
    return [
      `when ${name} was injected is known only to within ${inSeconds(ms(widthUs))} s, and so are the times that count from it; the length of the outage is not touched`,
    ];
  const gapUs = effective.beforeUs - inject.afterUs;
  if (all.every(({ reported }) => reported)) return reportedDoubts(name, { inject, effective, heal, healed });
  // An injection is written with its proof, a healing as it begins and as it ends.
  const written = [
    [inject, effective.afterUs],
    [effective, effective.afterUs],
    [heal, heal.beforeUs],
    [healed, healed.afterUs],
  ] as const;
  const isLate = written.some(([{ tUs }, atUs]) => tUs < atUs || tUs - atUs > writtenWithinUs);
  if (gapUs > writtenWithinUs || isLate || (end && healed.tUs > end.tUs))
    return [`the steps of ${name} were not written when they happened`];
  return effective.proof && healed.proof ? [] : [`${name} or its healing has no proof`];
}

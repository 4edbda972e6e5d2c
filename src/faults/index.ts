/** The faults by name. A new one is a file under `words/` and two lines here; how a stack does it is the stack's business. */
import type { z } from 'zod';
import type { Duration } from '../duration.ts';
import type { TargetOfKind } from './aim.ts';
import type { FaultContract } from './contract.ts';
import { backendKill } from './words/backend-kill.ts';
import { controlPlaneDown } from './words/control-plane-down.ts';
import { cpuStarve } from './words/cpu-starve.ts';
import { crash } from './words/crash.ts';
import { cut } from './words/cut.ts';
import { deletion } from './words/delete.ts';
import { deleteNow } from './words/delete-now.ts';
import { destroy } from './words/destroy.ts';
import { diskFull } from './words/disk-full.ts';
import { diskSlow } from './words/disk-slow.ts';
import { diskStall } from './words/disk-stall.ts';
import { disturb } from './words/disturb.ts';
import { drain } from './words/drain.ts';
import { flap } from './words/flap.ts';
import { freeze } from './words/freeze.ts';
import { isolate } from './words/isolate.ts';
import { isolateFromOperator } from './words/isolate-from-operator.ts';
import { isolateFromPeers } from './words/isolate-from-peers.ts';
import { lossy } from './words/lossy.ts';
import { memoryPressure } from './words/memory-pressure.ts';
import { nodeCrash } from './words/node-crash.ts';
import { oneWay } from './words/one-way.ts';
import { operatorDown } from './words/operator-down.ts';
import { pauseHost } from './words/pause-host.ts';
import { poolerCrash } from './words/pooler-crash.ts';
import { poolerDelete } from './words/pooler-delete.ts';
import { poolerFreeze } from './words/pooler-freeze.ts';
import { poolerPause } from './words/pooler-pause.ts';
import { replayStop } from './words/replay-stop.ts';
import { restart } from './words/restart.ts';
import { slowLink } from './words/slow-link.ts';
import { storeDown } from './words/store-down.ts';
import { switchover } from './words/switchover.ts';
import { thinLink } from './words/thin-link.ts';
import { wipe } from './words/wipe.ts';

export const faults = {
  crash,
  isolate,
  switchover,
  restart,
  freeze,
  delete: deletion,
  'delete-now': deleteNow,
  'node-crash': nodeCrash,
  drain,
  'operator-down': operatorDown,
  'disk-full': diskFull,
  'control-plane-down': controlPlaneDown,
  'isolate-from-operator': isolateFromOperator,
  wipe,
  lossy,
  'store-down': storeDown,
  destroy,
  'isolate-from-peers': isolateFromPeers,
  'pooler-crash': poolerCrash,
  'pooler-pause': poolerPause,
  disturb,
  'pooler-delete': poolerDelete,
  'pooler-freeze': poolerFreeze,
  'disk-stall': diskStall,
  'disk-slow': diskSlow,
  'cpu-starve': cpuStarve,
  'memory-pressure': memoryPressure,
  'one-way': oneWay,
  cut: cut,
  flap: flap,
  'slow-link': slowLink,
  'thin-link': thinLink,
  'pause-host': pauseHost,
  'backend-kill': backendKill,
  'replay-stop': replayStop,
} as const satisfies Record<string, FaultContract>;

type Faults = typeof faults;
export type FaultKind = keyof Faults;
export const faultKinds = Object.keys(faults) as [FaultKind, ...FaultKind[]];
export const isFault = (word: string): word is FaultKind => Object.hasOwn(faults, word);
/** What a fault word means; undefined for a word that this version does not know, as a journal of another may hold. */
export const contractOf = (word: string): FaultContract | undefined => (isFault(word) ? faults[word] : undefined);

/** What a fault can be aimed at. */
export type TargetOf<F extends FaultKind> = F extends FaultKind ? TargetOfKind<Faults[F]['target']> : never;

interface MayEnd {
  /** How long it lasts: its end is a part of the incident. Absent: until it is healed. */
  readonly for?: Duration;
  /** From one beginning to the next, where it comes back; longer than `for`. */
  readonly every?: Duration;
  /** How often it comes, where it comes back. */
  readonly times?: number;
}
type MustEnd = MayEnd & { readonly for: Duration };
type Ending<C extends FaultContract> = C['ends'] extends 'when-healed'
  ? MayEnd
  : C['ends'] extends 'as-scheduled'
    ? MustEnd
    : unknown;
type Own<C extends FaultContract> = C extends { readonly parameters: infer S extends z.ZodObject }
  ? Readonly<z.input<S>>
  : unknown;

/** What a drill may give a fault; `unknown` where it takes nothing. */
export type ParametersOf<F extends FaultKind> = F extends FaultKind ? Own<Faults[F]> & Ending<Faults[F]> : never;
/** The fault's own parameters, with their defaults filled in: what a stack is given. */
export type ParsedOf<F extends FaultKind> = F extends FaultKind
  ? Faults[F] extends { readonly parameters: infer S extends z.ZodObject }
    ? Readonly<z.output<S>>
    : Readonly<Record<string, unknown>>
  : never;
/** The last argument of `inject`: required where a parameter is, refused where there are none. */
export type ParameterArgument<F extends FaultKind> = F extends FaultKind
  ? unknown extends ParametersOf<F>
    ? []
    : Record<never, never> extends ParametersOf<F>
      ? [parameters?: ParametersOf<F>]
      : [parameters: ParametersOf<F>]
  : never;

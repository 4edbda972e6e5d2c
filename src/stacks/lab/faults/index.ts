/** The lab's faults by name: a new one is a file and a line here. */
import type { FaultKind } from '../../../faults/index.ts';
import { backendKill } from './backend-kill.ts';
import { controlPlaneDown } from './control-plane-down.ts';
import { cpuStarve } from './cpu-starve.ts';
import { crash } from './crash.ts';
import { cut } from './cut.ts';
import { deletion } from './delete.ts';
import { deleteNow } from './delete-now.ts';
import { destroy } from './destroy.ts';
import { diskFull } from './disk-full.ts';
import { diskSlow } from './disk-slow.ts';
import { diskStall } from './disk-stall.ts';
import { disturb } from './disturb.ts';
import type { LabFault } from './fault.ts';
import { flap } from './flap.ts';
import { freeze } from './freeze.ts';
import { isolate } from './isolate.ts';
import { isolateFromOperator } from './isolate-from-operator.ts';
import { isolateFromPeers } from './isolate-from-peers.ts';
import { lossy } from './lossy.ts';
import { memoryPressure } from './memory-pressure.ts';
import { nodeCrash } from './node-crash.ts';
import { oneWay } from './one-way.ts';
import { operatorDown } from './operator-down.ts';
import { pauseHost } from './pause-host.ts';
import { poolerCrash } from './pooler-crash.ts';
import { poolerPause } from './pooler-pause.ts';
import { replayStop } from './replay-stop.ts';
import { restart } from './restart.ts';
import { slowLink } from './slow-link.ts';
import { storeDown } from './store-down.ts';
import { switchover } from './switchover.ts';
import { thinLink } from './thin-link.ts';
import { wipe } from './wipe.ts';

export const labFaults: ReadonlyMap<FaultKind, LabFault> = new Map<FaultKind, LabFault>([
  ['crash', crash],
  ['isolate', isolate],
  ['isolate-from-peers', isolateFromPeers],
  ['switchover', switchover],
  ['restart', restart],
  ['freeze', freeze],
  ['delete', deletion],
  ['delete-now', deleteNow],
  ['node-crash', nodeCrash],
  ['operator-down', operatorDown],
  ['control-plane-down', controlPlaneDown],
  ['isolate-from-operator', isolateFromOperator],
  ['lossy', lossy],
  ['wipe', wipe],
  ['disk-full', diskFull],
  ['store-down', storeDown],
  ['destroy', destroy],
  ['pooler-crash', poolerCrash],
  ['pooler-pause', poolerPause],
  ['disturb', disturb],
  ['disk-stall', diskStall],
  ['disk-slow', diskSlow],
  ['cpu-starve', cpuStarve],
  ['memory-pressure', memoryPressure],
  ['one-way', oneWay],
  ['cut', cut],
  ['flap', flap],
  ['slow-link', slowLink],
  ['thin-link', thinLink],
  ['pause-host', pauseHost],
  ['backend-kill', backendKill],
  ['replay-stop', replayStop],
]);

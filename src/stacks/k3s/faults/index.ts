/** The faults of the k3s stack by name: a new one is a file and a line here. */
import type { FaultKind } from '../../../faults/index.ts';
import { crash } from '../../cnpg/faults/crash.ts';
import { deletion } from '../../cnpg/faults/delete.ts';
import { deleteNow } from '../../cnpg/faults/delete-now.ts';
import { destroy } from '../../cnpg/faults/destroy.ts';
import { drain } from '../../cnpg/faults/drain.ts';
import { freeze } from '../../cnpg/faults/freeze.ts';
import { operatorDown } from '../../cnpg/faults/operator-down.ts';
import { poolerCrash } from '../../cnpg/faults/pooler-crash.ts';
import { poolerDelete } from '../../cnpg/faults/pooler-delete.ts';
import { poolerFreeze } from '../../cnpg/faults/pooler-freeze.ts';
import { poolerPause } from '../../cnpg/faults/pooler-pause.ts';
import { restart } from '../../cnpg/faults/restart.ts';
import { storeDown } from '../../cnpg/faults/store-down.ts';
import { switchover } from '../../cnpg/faults/switchover.ts';
import type { K3sFault } from './context.ts';
import { isolate } from './isolate.ts';
import { nodeCrash } from './node-crash.ts';

export const k3sFaults: ReadonlyMap<FaultKind, K3sFault> = new Map<FaultKind, K3sFault>([
  ['crash', crash],
  ['isolate', isolate],
  ['switchover', switchover],
  ['restart', restart],
  ['freeze', freeze],
  ['delete', deletion],
  ['delete-now', deleteNow],
  ['node-crash', nodeCrash],
  ['drain', drain],
  ['operator-down', operatorDown],
  ['store-down', storeDown],
  ['destroy', destroy],
  ['pooler-crash', poolerCrash],
  ['pooler-delete', poolerDelete],
  ['pooler-freeze', poolerFreeze],
  ['pooler-pause', poolerPause],
]);

/** The faults of the cluster stack by name. A node-crash is not among them: nothing here could start the node again. */
import type { FaultKind } from '../../../faults/index.ts';
import { crash } from '../../cnpg/faults/crash.ts';
import { deletion } from '../../cnpg/faults/delete.ts';
import { deleteNow } from '../../cnpg/faults/delete-now.ts';
import { freeze } from '../../cnpg/faults/freeze.ts';
import { operatorDown } from '../../cnpg/faults/operator-down.ts';
import { restart } from '../../cnpg/faults/restart.ts';
import { switchover } from '../../cnpg/faults/switchover.ts';
import type { NodeFault } from '../../cnpg/node-shell.ts';
import { isolate } from './isolate.ts';

export const clusterFaults: ReadonlyMap<FaultKind, NodeFault> = new Map<FaultKind, NodeFault>([
  ['crash', crash],
  ['isolate', isolate],
  ['switchover', switchover],
  ['restart', restart],
  ['freeze', freeze],
  ['delete', deletion],
  ['delete-now', deleteNow],
  ['operator-down', operatorDown],
]);

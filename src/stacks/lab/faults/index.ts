/** The lab's faults by name: a new one is a file and a line here. */
import type { FaultKind } from '../../../faults/index.ts';
import { crash } from './crash.ts';
import type { LabFault } from './fault.ts';
import { isolate } from './isolate.ts';
import { switchover } from './switchover.ts';

export const labFaults: ReadonlyMap<FaultKind, LabFault> = new Map<FaultKind, LabFault>([
  ['crash', crash],
  ['isolate', isolate],
  ['switchover', switchover],
]);

/** What every fault of the lab is: one file each, and one line in `faults/index.ts`. */
import type { Fault } from '../../../faults/contract.ts';
import type { FaultKind, faults, ParsedOf } from '../../../faults/index.ts';
import type { Lab } from '../lab.ts';
import type { LabState } from '../state.ts';

export type LabFault<F extends FaultKind = FaultKind> = Fault<Lab, LabState, (typeof faults)[F]['target'], ParsedOf<F>>;

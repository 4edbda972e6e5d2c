/** A fault of a dry run: everything was made ready, and nothing is broken. */
import type { PreparedFault } from '../../../faults/contract.ts';
import { type FaultKind, faults } from '../../../faults/index.ts';
import type { Target } from '../../../faults/target.ts';
import type { ActiveFault } from '../../stack.ts';

export function dryly(fault: FaultKind, target: Target, { lastsMs }: Pick<PreparedFault, 'lastsMs'> = {}): ActiveFault {
  const nowNs = process.hrtime.bigint();
  const moment = { beforeNs: nowNs, afterNs: nowNs };
  return {
    ...{ dry: true, injected: moment, effective: moment },
    proof: `dry run: nothing was broken; ${fault} of ${target.name} was made ready (${faults[fault].means})`,
    ...(lastsMs !== undefined && { lastsMs }),
    heal: async () => 'dry run: there was nothing to heal',
  };
}

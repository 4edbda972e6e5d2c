/** pooler-restart on a cluster that others run: the pods behind a way of the clients are replaced one after the other. */
import type { Fault } from '../../../faults/contract.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { word } from '../../cnpg/faults/fault.ts';
import { poolerWhole } from '../../cnpg/faults/pooler-delete.ts';
import { restartOf } from '../../cnpg/faults/pooler-restart.ts';
import { type DrilledAt, poolerAimedAt } from './poolers.ts';

export const poolerRestart: Fault<DrilledAt, ClusterAt> = {
  async prepare(at, target) {
    const { pooler, pods } = await poolerAimedAt(at, target);
    return restartOf(at, pooler.metadata.name, pods);
  },
  heal: (at, how) => poolerWhole(at, word(how, 'pooler')),
};

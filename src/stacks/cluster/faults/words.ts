/** The faults of the cluster stack by name. `node-crash` is missing because nothing here could start the node again. */
export { crash } from '../../cnpg/faults/crash.ts';
export { deletion as delete } from '../../cnpg/faults/delete.ts';
export { deleteNow as 'delete-now' } from '../../cnpg/faults/delete-now.ts';
export { drain } from '../../cnpg/faults/drain.ts';
export { freeze } from '../../cnpg/faults/freeze.ts';
export { operatorDown as 'operator-down' } from '../../cnpg/faults/operator-down.ts';
export { switchover } from '../../cnpg/faults/switchover.ts';
export { experiment } from './experiment.ts';
export { isolate } from './isolate.ts';
export { poolerCrash as 'pooler-crash' } from './pooler-crash.ts';
export { poolerDelete as 'pooler-delete' } from './pooler-delete.ts';
export { poolerPause as 'pooler-pause' } from './pooler-pause.ts';
export { poolerRestart as 'pooler-restart' } from './pooler-restart.ts';
export { restart } from './restart.ts';

/** Everything that watches a lab. None of it uses the lab's network, so no fault of the network blinds it. */

import type { Sink } from '../../observe/observer.ts';
import { watchPools } from '../../observe/pools.ts';
import { answerWithinMs, watchSql } from '../../observe/sql.ts';
import { connectConsole, connectPostgres } from '../control/postgres.ts';
import type { Lab } from '../lab.ts';
import { hostId, instancesOf, poolerHosts } from '../lab.ts';
import { watchPlatform } from './platform.ts';
import { watchPoolerLog } from './pooler-log.ts';
import { watchRoute } from './route.ts';
import { watchPatroniLog, watchServerLog } from './server-log.ts';

const limits = { withinMs: answerWithinMs, queryWithinMs: answerWithinMs };

/** Starts all observers; what they see goes to the sink until they are disposed of. */
export async function observe(lab: Lab, sink: Sink): Promise<AsyncDisposable> {
  const started = new AsyncDisposableStack();
  started.use(watchPlatform(lab.state, sink));
  started.use(watchRoute(lab.state, sink));
  for (const { name } of instancesOf(lab.state)) {
    started.use(watchSql(name, () => connectPostgres(hostId(lab.state, name), 'postgres', limits), sink));
    started.use(await watchServerLog(lab.state, name, sink));
    started.use(await watchPatroniLog(lab.state, name, sink));
  }
  for (const { name } of poolerHosts(lab.state)) {
    started.use(watchPools(name, () => connectConsole(hostId(lab.state, name), lab.secrets, limits), sink));
    started.use(await watchPoolerLog(lab.state, name, sink));
  }
  return started;
}

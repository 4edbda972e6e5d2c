/** PgBouncer's own log: it sees every connection that samples of SHOW POOLS miss. */
import { join } from 'node:path';
import { classifyPgbouncer, tellEvents } from '../../observe/log-events.ts';
import type { Sink } from '../../observe/observer.ts';
import { hostFolders } from '../paths.ts';
import type { LabState } from '../state.ts';
import { tail } from './tail.ts';

export const watchPoolerLog = (state: LabState, pooler: string, sink: Sink): Promise<AsyncDisposable> =>
  tail(join(hostFolders(state.id, pooler).log, 'pgbouncer.log'), (lines) =>
    tellEvents(pooler, lines, classifyPgbouncer, sink),
  );

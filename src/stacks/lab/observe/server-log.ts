/** The logs of an instance: PostgreSQL's, with every backend that it forked for a client, and Patroni's. */
import { join } from 'node:path';
import { classifyPostgres, tellEvents } from '../../observe/log-events.ts';
import type { LogLine } from '../../observe/log-line.ts';
import type { Sink } from '../../observe/observer.ts';
import { patroniFact, postgresFact, ServerLog } from '../../observe/server-log.ts';
import { instancesOf } from '../lab.ts';
import { hostFolders } from '../paths.ts';
import type { LabState } from '../state.ts';
import { tail } from './tail.ts';

export function watchServerLog(state: LabState, instance: string, sink: Sink): Promise<AsyncDisposable> {
  const peers = new Set(instancesOf(state).map(({ address }) => address));
  return followed(state, instance, 'postgresql.log', new ServerLog(instance, 'postgresql', sink), (lines, log) => {
    tellEvents(instance, lines, (line) => classifyPostgres(line, peers), sink);
    log.take(lines, postgresFact);
  });
}

export const watchPatroniLog = (state: LabState, instance: string, sink: Sink): Promise<AsyncDisposable> =>
  followed(state, instance, 'patroni.log', new ServerLog(instance, 'patroni', sink), (lines, log) =>
    log.take(lines, patroniFact),
  );

async function followed(
  state: LabState,
  instance: string,
  file: string,
  log: ServerLog,
  onLines: (lines: LogLine[], log: ServerLog) => void,
): Promise<AsyncDisposable> {
  const following = await tail(join(hostFolders(state.id, instance).log, file), (lines) => onLines(lines, log));
  return {
    async [Symbol.asyncDispose]() {
      await following[Symbol.asyncDispose]();
      log[Symbol.dispose]();
    },
  };
}

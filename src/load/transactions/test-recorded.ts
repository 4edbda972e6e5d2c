/** For tests: list-append transactions against real servers, as the journal has them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startClock } from '../../journal/clock.ts';
import { type EventOf, eventSchema } from '../../journal/event.ts';
import { loadSchema } from '../../scenario/load.ts';
import type { LoadPlan } from '../process/protocol.ts';
import { connect } from '../writers/connect.ts';
import { Pace } from '../writers/pace.ts';
import { listSchemaSql } from './sql.ts';
import { Transactions } from './transactions.ts';

type Endpoints = Pick<LoadPlan, 'replicaEndpoint'> & Required<Pick<LoadPlan, 'transactionEndpoints'>>;

/** @param load of the scenario, beside the workload @param endpoints the first is where the schema is made */
export async function recordedTransactions(
  endpoints: Endpoints,
  load: object,
  seconds: number,
): Promise<EventOf<'txn'>[]> {
  const owner = await connect(endpoints.transactionEndpoints[0]!);
  await owner.query(`create schema if not exists pgdrill; ${listSchemaSql}`).finally(() => owner.end());
  const clock = startClock();
  const pace = new Pace(clock);
  const whole = loadSchema.parse({ workload: 'list-append', transactionsPerSecond: 1_000, ...load });
  const plan = { originNs: '0', seed: 22, load: whole, writerEndpoints: [], streams: [], ...endpoints };
  const task = new Transactions({ plan, clock, pace, onLate: () => {} });
  try {
    await task.connect(() => {});
    task.start(clock.nowUs());
    await sleep(seconds * 1000);
    await task.stop();
    return task.take(clock.nowUs()).map((draft) => eventSchema.parse({ ...draft, seq: 0 }) as EventOf<'txn'>);
  } finally {
    pace.stop();
  }
}

/** What the clients themselves added: logins and retries. Both follow from their profile, which stands beside them. */
import { slotOutcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { counted, exactly, measured, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';

const ok = slotOutcomes.indexOf('ok');

/** `clientChurn` = logins of the load's clients since the first fault ÷ clients. 0: all kept their connections. */
export function clientChurn(run: Run): Measured {
  const metric = 'clientChurn';
  const fault = faultWindows(run)[0];
  if (!fault) return unmeasurable(metric, 'no fault was injected');
  const { connects, header } = run;
  const clients = new Set(connects.client).size;
  if (clients === 0) return unmeasurable(metric, 'no client of the load connected');
  let [attempts, logins] = [0, 0];
  for (let i = 0; i < connects.n; i++) {
    if (connects.startUs[i]! < fault.inject.lo) continue;
    attempts++;
    if (connects.outcome[i] === ok) logins++;
  }
  const value = logins / clients;
  const note = `${counted(logins, 'login')} in ${counted(attempts, 'attempt')} of ${counted(clients, 'client')}; profile ${profileOf(header.load)}`;
  return measured(metric, { value, lower: value, upper: value, note });
}

/** `retryFactor` = attempts ÷ requests, of those due since the first fault. 1: nobody tried anything again. */
export function retryFactor(run: Run): Measured {
  const metric = 'retryFactor';
  const fromUs = faultWindows(run)[0]?.inject.lo ?? 0;
  const { ops, header } = run;
  let [attempts, requests] = [0, 0];
  for (let i = 0; i < ops.n; i++) {
    if (ops.dueUs[i]! < fromUs) continue;
    attempts++;
    if (ops.request[i] === ops.op[i]) requests++;
  }
  if (requests === 0) return unmeasurable(metric, 'there was no load');
  return exactly(metric, attempts / requests, [], `profile ${profileOf(header.load)}`);
}

/** Journals from before there were profiles were made by clients that keep a pool and reconnect after a pause. */
const profileOf = (load: Readonly<Record<string, unknown>>): string => String(load.profile ?? 'pool');

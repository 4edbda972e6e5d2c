/** What users of an HTTP service over the pooler saw. */
import { slotOutcomes } from '../journal/event.ts';
import type { Run } from '../journal/run.ts';
import { commonest, exactly, sampled, unmeasurable } from './measured.ts';
import type { MetricName } from './metrics.ts';
import type { Measured } from './verdict.ts';

const ok = slotOutcomes.indexOf('ok');

/** `requestsFailed`: HTTP requests that got an error or no answer in time, where the service does not try again. */
export const requestsFailed = (run: Run): Measured => failedOf(run, 'requestsFailed', false);

/** `requestsFailedWithRetry`: those that failed although the service tried again. */
export const requestsFailedWithRetry = (run: Run): Measured => failedOf(run, 'requestsFailedWithRetry', true);

function failedOf(run: Run, metric: MetricName, retries: boolean): Measured {
  const streams = [...run.slots.values()].filter(
    ({ stream, n }) => stream.path === 'api' && (stream.retries ?? false) === retries && n > 0,
  );
  if (streams.length === 0) return unmeasurable(metric, 'no HTTP service was among the clients');
  const seqs: number[] = [];
  const causes: string[] = [];
  for (const { n, outcome, error, errors, seq } of streams)
    for (let row = 0; row < n; row++) {
      if (outcome[row] === ok) continue;
      seqs.push(seq[row]!);
      causes.push(errors[error[row]!] ?? 'no cause');
    }
  const all = streams.reduce((sum, { n }) => sum + n, 0);
  const note = [`of ${all.toLocaleString('en-US')}`, ...(causes.length > 0 ? [commonest(causes)] : [])].join(': ');
  return exactly(metric, seqs.length, sampled(seqs), note);
}

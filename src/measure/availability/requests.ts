/** What users of an HTTP service over the pooler saw. */
import { slotOutcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { commonest, counted, exactly, inSeconds, ms, sampled, unmeasurable } from '../measured.ts';
import type { MetricName } from '../metrics.ts';
import { quantile } from '../stats.ts';
import type { Measured } from '../verdict.ts';

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
  const note = [...(causes.length > 0 ? [commonest(causes)] : []), `${counted(all, 'request')} in all`].join('; ');
  return exactly(metric, seqs.length, sampled(seqs), note);
}

/** `k6RequestsFailed`: requests of a k6 script without an answer, or with a status of 400 and more. */
export function k6RequestsFailed({ requests }: Run): Measured {
  const metric = 'k6RequestsFailed';
  if (requests.length === 0) return unmeasurable(metric, 'no k6 script ran');
  const seqs: number[] = [];
  const causes: string[] = [];
  for (const { n, seq, status, error, errors } of requests)
    for (let row = 0; row < n; row++) {
      if (status[row]! > 0 && status[row]! < 400) continue;
      seqs.push(seq + row);
      causes.push(status[row]! > 0 ? `status ${status[row]}` : (errors[error[row]!] ?? 'no answer'));
    }
  const took = requests.flatMap((line) => line.took);
  const seconds = (us: number) => `${inSeconds(ms(us))} s`;
  const times = `half within ${seconds(quantile(took, 0.5))}, 95 % within ${seconds(quantile(took, 0.95))}`;
  const examples = causes.length > 0 ? [commonest(causes)] : [];
  const all = `${counted(took.length, 'request')} in all, ${times}, the longest ${seconds(quantile(took, 1))}`;
  return exactly(metric, seqs.length, sampled(seqs), [...examples, all].join('; '));
}

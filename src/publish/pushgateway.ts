/** Pushes a run to a Pushgateway: the verdict and every measure, as gauges. */
import { exitCodes, SetupError } from '../errors.ts';
import { metrics } from '../measure/metrics.ts';
import type { Verdict } from '../measure/verdict.ts';

const answerWithinMs = 10_000;

/** Earlier runs of the same scenario, for an alert that a drill was slower than usual. */
export interface Earlier {
  readonly runs: number;
  /** Absent where none of them has measured it. */
  readonly writeOutageMedianMs?: number;
}

/** The run in the text format of Prometheus. Measures in ms become seconds, as is the custom there. */
export function exposition(verdict: Verdict, endedAt: Date, earlier?: Earlier): string {
  const gauge = (name: string, help: string, value: number) =>
    `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`;
  const all = new Map([...verdict.measured, ...verdict.checks].map((one) => [one.metric, one]));
  const measured = [...all.values()].flatMap(({ metric, unit, value }) => {
    if (value === null || !(metric in metrics)) return [];
    const inSeconds = unit === 'ms';
    const name = `pgdrill_${snake(inSeconds ? metric.replace(/Ms$/, '') : metric)}${inSeconds ? '_seconds' : ''}`;
    return [gauge(name, metrics[metric].means, inSeconds ? value / 1_000 : value)];
  });
  return [
    gauge('pgdrill_outcome', '0 passed, 1 failed, 2 unknown', exitCodes[verdict.outcome]),
    gauge('pgdrill_last_run_timestamp_seconds', 'when the last run ended', Math.round(endedAt.getTime() / 1_000)),
    ...measured,
    ...(earlier ? [gauge('pgdrill_history_runs', 'earlier runs of the scenario', earlier.runs)] : []),
    ...(earlier?.writeOutageMedianMs === undefined
      ? []
      : [
          gauge(
            'pgdrill_history_write_outage_median_seconds',
            'median write outage of earlier runs of the scenario',
            earlier.writeOutageMedianMs / 1_000,
          ),
        ]),
  ].join('');
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A label of the group. The Pushgateway takes an escaped slash for one that parts labels, so such a value goes as base64. */
const label = (name: string, value: string): string =>
  value.includes('/')
    ? `/${name}@base64/${Buffer.from(value).toString('base64url')}`
    : `/${name}/${encodeURIComponent(value)}`;

/** @throws SetupError where the Pushgateway does not take it */
export async function push(url: string, verdict: Verdict, instance: string, earlier?: Earlier): Promise<void> {
  const to = new URL(`/metrics/job/pgdrill${label('scenario', verdict.scenario)}${label('instance', instance)}`, url);
  const body = exposition(verdict, new Date(), earlier);
  const answer = await fetch(to, { method: 'PUT', body, signal: AbortSignal.timeout(answerWithinMs) }).catch(
    (error: Error) => {
      throw new SetupError(`the Pushgateway at ${to.origin} does not answer: ${error.message}`);
    },
  );
  if (!answer.ok)
    throw new SetupError(
      `the Pushgateway at ${to.origin} answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`,
    );
}

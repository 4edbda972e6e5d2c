/** Alerts that were to fire and did not. */
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { measured, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';

/**
 * `silentAlerts`: the expected alerts that did not begin to fire after the first fault; after the beginning where nothing
 * was broken. One that fired before already is silent too. Where Prometheus did not answer at times, any of them may have
 * fired unseen: no lower end.
 */
export function silentAlerts(run: Run): Measured {
  const metric = 'silentAlerts';
  const watch = run.alertWatches.at(-1);
  if (!watch || watch.expected.length === 0) return unmeasurable(metric, 'no alert was expected');
  if (watch.looks === 0) return unmeasurable(metric, 'Prometheus did not answer after the fault');
  const sinceUs = faultWindows(run)[0]?.inject.lo ?? 0;
  const fired = run.alerts.filter(
    ({ source, state, tUs }) => source === 'prometheus' && state === 'firing' && tUs >= sinceUs,
  );
  const silent = watch.expected.filter((name) => !fired.some((one) => one.name === name));
  const evidence = [watch.seq, ...fired.filter(({ name }) => watch.expected.includes(name)).map(({ seq }) => seq)];
  const unseen = watch.missed > 0 ? `; ${watch.missed} of ${watch.looks + watch.missed} looks were not answered` : '';
  const note = `${silent.join(', ') || 'each fired'}${unseen}`;
  const lower = watch.missed > 0 ? 0 : silent.length;
  return measured(metric, { value: silent.length, lower, upper: silent.length, evidence, note });
}

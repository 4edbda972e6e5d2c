/** What every view of the report is given. A view is one file: a function of this to a section, or to nothing. */
import type { Run } from '../../journal/run.ts';
import { html, type Markup } from '../../markup.ts';
import type { Lever } from '../../measure/advice/proposal.ts';
import type { ExplainResult } from '../../measure/explain-result.ts';
import type { MetricName } from '../../measure/metrics.ts';
import type { Measured, Verdict } from '../../measure/verdict.ts';
import type { Frame } from '../frame.ts';
import type { HistoryLine } from '../history.ts';
import { asPart, figure } from '../text.ts';
import type { Citations } from './evidence.ts';
import type { TimeAxis } from './figures/time-axis.ts';

/** What is known beyond the run itself. */
export interface Known {
  /** The settings of its stack that could be changed. */
  readonly levers?: readonly Lever[] | undefined;
  /** What `explain` found for its scenario on its stack. */
  readonly explained?: ExplainResult | undefined;
  /** Earlier runs and this one, oldest first. */
  readonly history?: readonly HistoryLine[] | undefined;
}

export interface View {
  readonly run: Run;
  readonly verdict: Verdict;
  readonly frame: Frame;
  readonly axis: TimeAxis;
  readonly citations: Citations;
  readonly known: Known;
}

/** A metric as measured, whether there was a limit on it or not; a part of an outage is never less than nothing. */
export function measuredOf(verdict: Verdict, metric: MetricName): Measured | undefined {
  const ofMetric = (one: Measured) => one.metric === metric;
  const found = verdict.checks.find(ofMetric) ?? verdict.measured.find(ofMetric);
  return found && asPart(found);
}

/** The number in bold, its unit thin, its ± small. */
export function figureMarkup(measured: Pick<Measured, 'unit' | 'value' | 'lower' | 'upper'>): Markup {
  const { value, unit, spread } = figure(measured);
  return html`<span class="figure"><b>${value}</b>${unit && html`<span class="unit">\u202f${unit}</span>`}${spread && html` <span class="spread">${spread}</span>`}</span>`;
}

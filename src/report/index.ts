/** The formats of reports on a stored run. A reporter is one file and one line here. */
import { didYouMean, UsageError } from '../errors.ts';
import type { Run } from '../journal/run.ts';
import type { Verdict } from '../measure/verdict.ts';
import { renderHtml } from './html/index.ts';
import type { Known } from './html/view.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';

/** A pure function of a run, its verdict and what is known beyond, and how files of what it gives are named. */
export interface Reporter {
  readonly extension: string;
  readonly render: (run: Run, verdict: Verdict, known: Known) => string;
}

export const reporters = {
  html: { extension: 'html', render: renderHtml },
  json: { extension: 'json', render: renderJson },
  junit: { extension: 'xml', render: renderJunit },
  markdown: { extension: 'md', render: renderMarkdown },
} as const satisfies Record<string, Reporter>;

export type Format = keyof typeof reporters;

/** @throws UsageError with the nearest name for a format that does not exist */
export function reporterNamed(format: string): Reporter {
  if (Object.hasOwn(reporters, format)) return reporters[format as Format];
  throw new UsageError(`there is no report format ${format}${didYouMean(format, Object.keys(reporters))}`);
}

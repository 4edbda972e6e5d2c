/** Writes that were not acknowledged, by class of error: SQLSTATE and the kind of message, never the code alone. */
import { outcomes } from '../../journal/event.ts';
import type { Ops } from '../../journal/run.ts';
import { html, type Markup } from '../../markup.ts';
import { grouped } from '../text.ts';
import { meaningOf } from './error-meanings.ts';
import type { Citations } from './evidence.ts';
import { key } from './figures/chart.ts';

const okCode = outcomes.indexOf('ok');
const okLocalCode = outcomes.indexOf('okLocal');
const unknownCode = outcomes.indexOf('unknown');
/** Error classes with a colour of their own; the rest share one. */
export const classesShown = 4;
const rowsShown = 12;

export interface ErrorClass {
  readonly text: string;
  readonly n: number;
  readonly unknown: number;
  readonly code: number;
  /** The record of the first of them. */
  readonly firstSeq: number;
}

/** Classes of error by how often they came, with how many of them left the outcome unknown. */
export function errorClasses(ops: Ops): ErrorClass[] {
  const n = new Map<number, number>();
  const unknown = new Map<number, number>();
  const first = new Map<number, number>();
  for (let i = 0; i < ops.n; i++) {
    const outcome = ops.outcome[i]!;
    if (outcome === okCode || outcome === okLocalCode) continue;
    const code = ops.error[i]!;
    n.set(code, (n.get(code) ?? 0) + 1);
    if (!first.has(code)) first.set(code, ops.seq[i]!);
    if (outcome === unknownCode) unknown.set(code, (unknown.get(code) ?? 0) + 1);
  }
  return [...n]
    .map(([code, times]) => ({
      code,
      firstSeq: first.get(code)!,
      n: times,
      unknown: unknown.get(code) ?? 0,
      text: ops.errors[code] ?? 'no error reported',
    }))
    .sort((a, b) => b.n - a.n || (a.text < b.text ? -1 : 1));
}

/** The commonest classes as a table; those that the picture shows have its colour. */
export function errorTable(classes: readonly ErrorClass[], citations: Citations): Markup | undefined {
  if (classes.length === 0) return undefined;
  const rows = classes
    .slice(0, rowsShown)
    .map(
      (one, i) =>
        html`<tr><th scope="row">${i < classesShown ? key(`class-${i}`, one.text) : one.text}<span class="means">${meaningOf(one.text)}</span></th><td class="number">${grouped(one.n)} ${citations.cite([one.firstSeq])}</td><td class="number">${grouped(one.unknown)}</td></tr>`,
    );
  const rest = classes.slice(rowsShown).reduce((sum, one) => sum + one.n, 0);
  return html`<table class="errors"><caption>Writes that were not acknowledged, by class of error${rest > 0 && html` (${grouped(rest)} more in rarer classes)`}</caption><thead><tr><th scope="col">error</th><th scope="col" class="number">writes</th><th scope="col" class="number">outcome unknown</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** A cycle of transactions as a small picture: each is a circle, each dependency an arrow with its kind and key. */

import type { Anomaly, Dependency } from '../../../isolation/finding.ts';
import { html, type Markup } from '../../../markup.ts';

const [width, circle, bend, radius] = [360, 20, 14, 80] as const;

interface Point {
  readonly x: number;
  readonly y: number;
}
const rounded = (value: number): string => value.toFixed(1);

/** Two transactions stand beside each other and need less room. */
const heightOf = (transactions: readonly number[]): number => (transactions.length === 2 ? 110 : 240);

/** Around a clock from twelve on; two stand beside each other. */
function placesOf(transactions: readonly number[]): ReadonlyMap<number, Point> {
  const centre = { x: width / 2, y: heightOf(transactions) / 2 };
  const first = transactions.length === 2 ? Math.PI : -Math.PI / 2;
  return new Map(
    transactions.map((t, i) => {
      const angle = first + (2 * Math.PI * i) / transactions.length;
      return [t, { x: centre.x + radius * Math.cos(angle), y: centre.y + radius * Math.sin(angle) }];
    }),
  );
}

/** Bent to its left, so that two arrows between the same transactions lie apart. */
function arrow({ type, key, from, to }: Dependency, places: ReadonlyMap<number, Point>): Markup | undefined {
  const [a, b] = [places.get(from), places.get(to)];
  if (!a || !b) return undefined;
  const far = Math.hypot(b.x - a.x, b.y - a.y);
  const [alongX, alongY] = [(b.x - a.x) / far, (b.y - a.y) / far];
  const start = { x: a.x + circle * alongX, y: a.y + circle * alongY };
  const end = { x: b.x - (circle + 6) * alongX, y: b.y - (circle + 6) * alongY };
  const middle = { x: (a.x + b.x) / 2 + 2 * bend * alongY, y: (a.y + b.y) / 2 - 2 * bend * alongX };
  const label = { x: (a.x + b.x) / 2 + 2.2 * bend * alongY, y: (a.y + b.y) / 2 - 2.2 * bend * alongX };
  const curve = `M${rounded(start.x)} ${rounded(start.y)} Q${rounded(middle.x)} ${rounded(middle.y)} ${rounded(end.x)} ${rounded(end.y)}`;
  return html`<path d="${curve}" fill="none" stroke="currentColor" marker-end="url(#arrow)"${type === 'rw' && html` stroke-dasharray="5 3"`}/><text x="${rounded(label.x)}" y="${rounded(label.y)}" text-anchor="middle" dominant-baseline="middle" font-size="12" fill="currentColor">${type} ${key}</text>`;
}

/** The same anomaly gives the same picture. Its arrows are dashed where a transaction missed what another one appended (rw). */
export function dependencyGraph({ name, transactions, dependencies, text }: Anomaly): Markup {
  const places = placesOf(transactions);
  const height = heightOf(transactions);
  const circles = [...places].map(
    ([t, { x, y }]) =>
      html`<circle cx="${rounded(x)}" cy="${rounded(y)}" r="${circle}" fill="none" stroke="currentColor"/><text x="${rounded(x)}" y="${rounded(y)}" text-anchor="middle" dominant-baseline="central" font-size="12" fill="currentColor">T${t}</text>`,
  );
  const head = html`<defs><marker id="arrow" viewBox="0 0 8 8" refX="4" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 Z" fill="currentColor"/></marker></defs>`;
  return html`<svg class="dependencies" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" style="max-width:100%" role="img" aria-label="${name}: ${text}">${head}${dependencies.map((edge) => arrow(edge, places))}${circles}</svg>`;
}

/** The matrix of drivers inside a page of the documentation, between two marks. Pure. */
import { type DriverPoint, renderDrivers } from './drivers.ts';

const begins = '<!-- matrix: npm run docs:drivers -->';
const ends = '<!-- end of the matrix -->';

/**
 * The page with the matrix of these points, its headings one level deeper.
 * @throws Error where the page lacks a mark
 */
export function withMatrix(page: string, stack: string, points: readonly DriverPoint[]): string {
  const [from, until] = [page.indexOf(begins), page.indexOf(ends)];
  if (from < 0 || until < from) throw new Error(`expected the marks ${begins} and ${ends}`);
  const [, ...body] = renderDrivers({ stack, points, missing: 0 }).split('\n\n');
  const text = body.join('\n\n').replace(/^#/gm, '##');
  return `${page.slice(0, from + begins.length)}\n\n${text}\n${page.slice(until)}`;
}

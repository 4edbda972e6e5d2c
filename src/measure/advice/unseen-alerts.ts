/** Why an alert condition that held was in no scrape: what the exporter of the primary gave meanwhile. */
import type { Run } from '../../journal/run.ts';
import { conditions } from '../alerts/alerts.ts';
import { connectionsTrouble } from '../alerts/missed-alerts.ts';
import { counted, inSeconds, ms } from '../measured.ts';
import type { Check, Reason } from '../verdict.ts';

/** Of the values of PostgreSQL that an exporter gives. */
const backends = /^cnpg_backends_total/;

interface Scrapes {
  /** The exporter: the instance that was the primary. */
  readonly source: string;
  readonly all: number;
  /** Those that were answered without any value of PostgreSQL, and when they began and ended. */
  readonly empty: number;
  readonly fromUs: number;
  readonly untilUs: number;
  readonly evidence: readonly number[];
}

/** The scrapes of the primary's exporter since connections ran out; undefined where they did not, or were shown. */
export function scrapesSince(run: Run): Scrapes | undefined {
  const trouble = connectionsTrouble(run);
  if (!trouble || trouble.shown) return undefined;
  const primary = run.roles.findLast(
    ({ role, observer, tUs }) => role === 'primary' && observer !== 'route' && tUs <= trouble.fromUs,
  )?.instance;
  const own = run.metrics.filter(({ source, tUs }) => source === primary && tUs >= trouble.fromUs);
  const empty = own.filter(({ values }) => !Object.keys(values).some((name) => backends.test(name)));
  const [first, last] = [empty[0], empty.at(-1)];
  if (primary === undefined || !first || !last) return undefined;
  const { tUs: fromUs, seq } = first;
  return {
    ...{ source: primary, all: own.length, empty: empty.length, fromUs: fromUs - trouble.fromUs },
    ...{ untilUs: last.tUs - trouble.fromUs, evidence: [seq, last.seq] },
  };
}

/** What the exporter did, as a sentence; empty where the journal does not show it. */
export function scrapesText(run: Run): string {
  const found = scrapesSince(run);
  if (!found) return '';
  const { source, all, empty, fromUs, untilUs } = found;
  const cached =
    all > empty
      ? `; ${all - empty === 1 ? 'the other one' : `the other ${all - empty}`} gave values from before, out of the exporter’s cache`
      : '';
  return `The exporter of ${source} answered ${empty} of ${counted(all, 'scrape')} after log-ins were first refused without any value of PostgreSQL (from ${inSeconds(ms(fromUs))} s to ${inSeconds(ms(untilUs))} s after that)${cached}. A condition on a value cannot hold where the value is missing.`;
}

const logIn =
  'check that the exporter can log in while connections are exhausted (reserved_connections, or a superuser), and that scrape interval, rule interval and “for” together are shorter than the limit.';

/** Of `missedAlerts`. */
export function unseen(run: Run, { note }: Check): Pick<Reason, 'why' | 'advice'> {
  const scrapes = scrapesText(run);
  const why = `No scrape showed a condition that an alert watches for, although it held${note ? `: ${note}` : ''}.`;
  if (!scrapes || !note?.includes(conditions.connections)) return { why, advice: `C${logIn.slice(1)}` };
  return {
    why: `${why} ${scrapes}`,
    advice: `Alert on values that are missing as well (absent(cnpg_backends_total), cnpg_collector_up == 0 or absent), for an exporter that cannot ask PostgreSQL gives none. Also ${logIn}`,
  };
}

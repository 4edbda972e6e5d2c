/** What a reader would find contradictory in the texts of one report: the sentence, the terminal, Markdown and the page. */
import type { Verdict } from '../measure/verdict.ts';

/** One run in all its texts. */
export interface Texts {
  readonly verdict: Pick<Verdict, 'sentence' | 'measured'>;
  /** Why and advice are in it. */
  readonly terminal: string;
  readonly markdown: string;
  /** The words of the page, without its markup. */
  readonly page: string;
}

type Rule = (texts: Texts) => string | undefined;

const value = ({ verdict }: Texts, metric: string): number | null | undefined =>
  verdict.measured.find((one) => one.metric === metric)?.value;
const note = ({ verdict }: Texts, metric: string): string =>
  verdict.measured.find((one) => one.metric === metric)?.note ?? '';

/** Words that say nothing, or that no reader can follow. */
const cryptic: readonly RegExp[] = [
  /≥ 0(?![\d.])/,
  /(^|\s)0 \+\S+ −0/,
  /\? MB/,
  /\bof [\d,]+: \d/,
  /decides by\b(?! the median)/,
  /why was not found/,
  /reason that the journal does not show/,
  /Nothing in these settings/,
  /the remarks of the run/,
  /went down once more and was back for good/,
  /\bNaN\b|\bundefined\b/,
];

const seconds = (text: string | undefined): number => Number.parseFloat(text ?? '');

/** `3.2 s` and `640 ms` in seconds. */
const lasting = (text: string | undefined): number => seconds(text) / (text?.includes('ms') ? 1000 : 1);

/** The lane of a stream in the drawing, in words. */
const laneOf = (page: string, stream: string): string =>
  new RegExp(`(?:^|[.\\n] ?)${stream}: (down [^\\n]*?)(?=\\. |\\n|$)`).exec(page)?.[1] ?? '';

const rules: Readonly<Record<string, Rule>> = {
  'words that nobody can follow': (texts) =>
    cryptic.flatMap((words) => words.exec(Object.values(textsOf(texts)).join('\n'))?.[0] ?? [])[0],

  'one timeline beside a failover': (texts) =>
    [texts.terminal, texts.markdown, texts.page].some((text) => text.includes('one timeline only'))
      ? 'one timeline only'
      : undefined,

  'a shortfall that lies beyond': ({ terminal }) =>
    terminal.split('\n').find((line) => /limit ≥ .* beyond/.test(line) && !/ and ≤ /.test(line)),

  'losses that a restore shows are unknown': (texts) =>
    value(texts, 'restoreLostWrites') == null
      ? undefined
      : /writes? (?:was|were) lost is unknown/.exec(`${texts.verdict.sentence}\n${texts.page}`)?.[0],

  'outages counted in two ways': (texts) => {
    const [, n, others] = /longest of (\d+) outages[^(]*\(the others? ([\d.]+) s/.exec(texts.verdict.sentence) ?? [];
    if (n === undefined) return /longest of \d+ outages/.exec(texts.verdict.sentence)?.[0];
    const noted = /longest of (\d+) episodes/.exec(note(texts, 'writeOutageMs'))?.[1];
    if (noted !== n) return `${n} outages in the sentence, ${noted} episodes in the table`;
    const lane = laneOf(texts.page, note(texts, 'writeOutageMs').split(';')[0]!);
    // A run without a fault has no drawing of a failover.
    if (lane === '') return undefined;
    const [, more, together] = /and (\d+) other times?, ([\d.]+ m?s)/.exec(lane) ?? [];
    if (Number(more) !== Number(n) - 1) return `${n} outages in the sentence, ${lane} on the page`;
    return Math.abs(lasting(together) - seconds(others)) > 0.06
      ? `${others} s in the sentence, ${together} on the page`
      : undefined;
  },

  'a part that PgBouncer added in two ways': ({ verdict, page, terminal }) => {
    const longest = verdict.measured.find(({ metric }) => metric === 'writeOutageMs')?.note?.split(';')[0] ?? '';
    const lane = /of which [\d.]+ m?s/.exec(laneOf(page, longest))?.[0];
    if (verdict.sentence.includes('PgBouncer added nothing'))
      return lane && `nothing in the sentence, ${lane} on the page`;
    const added = /PgBouncer added ([\d.]+) s/.exec(verdict.sentence)?.[1];
    if (added === undefined) return undefined;
    const inAll = /PgBouncer added ([\d.]+) s in all/.exec(terminal)?.[1];
    if (inAll !== undefined && inAll !== added) return `${added} s in the sentence, ${inAll} s in the reason`;
    const lanes = [...page.matchAll(/of which ([\d.]+ m?s) (?:after the server was back|while the server was up)/g)];
    const isSame = ([, held]: RegExpMatchArray): boolean => Math.abs(lasting(held) - seconds(added)) <= 0.11;
    return lanes.length > 0 && !lanes.some(isSame)
      ? `${added} s in the sentence, ${lanes.map(([, held]) => held).join(', ')} on the page`
      : undefined;
  },

  'all of an outage that is not all': ({ verdict, terminal }) => {
    const all = /All of it, (?:at least )?([\d.]+) s/i.exec(terminal)?.[1];
    const down = /were down (?:at least )?([\d.]+) s/.exec(verdict.sentence)?.[1];
    if (all === undefined || down === undefined) return undefined;
    return /s more passed/.test(terminal) ? `all of ${all} s, and more` : undefined;
  },

  'a bound that is rounded in two ways': ({ markdown, page }) => {
    const [, one] = /at most (\d+) % of failovers/.exec(markdown) ?? [];
    const [, other] = /up to (\d+)\s% could lose data/.exec(page) ?? [];
    return one !== undefined && other !== undefined && one !== other ? `${one} % and ${other} %` : undefined;
  },

  'the same advice twice': ({ terminal }) =>
    repeated((terminal.split('\n').find((line) => line.startsWith('what to change: ')) ?? '').replace(perDriver, '')),

  'the same sentence twice': ({ terminal }) => {
    const parts = terminal
      .split('\n')
      .filter((line) => /^(why|what to change): /.test(line))
      .flatMap((line) => line.replace(/^[a-z ]+: /, '').split(/(?<=\.) (?=[A-Z])/))
      .filter((one) => one.length > 40);
    return parts.find((one, i) => parts.indexOf(one) !== i);
  },
};

/** One setting for several drivers reads alike for each of them. */
const perDriver = /for \S+ set .*?\(to try it: [^)]*\)/g;

/** Five words in a row that an advice gives twice. */
function repeated(text: string): string | undefined {
  const words = text.toLowerCase().match(/[\p{L}\d_]+/gu) ?? [];
  const seen = new Set<string>();
  for (let i = 0; i + 5 <= words.length; i++) {
    const five = words.slice(i, i + 5).join(' ');
    if (seen.has(five)) return five;
    seen.add(five);
  }
  return undefined;
}

const textsOf = ({ verdict, terminal, markdown, page }: Texts) => ({
  sentence: verdict.sentence,
  ...{ terminal, markdown, page },
});

/** Each contradiction as the name of its rule and what was found; none in a report that agrees with itself. */
export const contradictionsIn = (texts: Texts): string[] =>
  Object.entries(rules).flatMap(([name, rule]) => {
    const found = rule(texts);
    return found === undefined ? [] : [`${name}: ${found}`];
  });

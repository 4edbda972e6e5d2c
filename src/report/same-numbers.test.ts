/** One run, one number: what the sentence, the reason, the figures and the tables of a report say of one measure is the same. */
import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { readRunFile } from '../journal/read.ts';
import { changesFor } from '../measure/advice/proposals.ts';
import { judge } from '../measure/judge.ts';
import { timers as cnpgTimers } from '../stacks/cnpg/timers.ts';
import { timers as labTimers } from '../stacks/lab/timers.ts';
import { contradictionsIn } from './contradictions.ts';
import { renderHtml } from './html/index.ts';
import { measuredOf } from './html/view.ts';
import { renderMarkdown } from './markdown.ts';
import { firstChange } from './proposal-words.ts';
import { summaryLines } from './terminal.ts';
import { figureText } from './text.ts';

const texts = (page: string): string => page.replace(/<[^>]*>/g, '').replace(/\u202f/g, ' ');

/** The words of a page as one reads them; drawings by their descriptions. */
const wordsOf = (page: string): string =>
  texts(page.replace(/<(style|script)\b.*?<\/\1>/gs, '').replace(/<(?:tr|p|div|li|dt|dd|desc|text|h\d)\b/g, '\n<'));

describe('the numbers of one report', () => {
  for (const name of readdirSync('fixtures/journals'))
    it(`agree: ${name}`, async () => {
      const run = await readRunFile(`fixtures/journals/${name}/run.ndjson.gz`);
      const verdict = judge(run);
      const { sentence, cause, fault } = verdict;
      const page = renderHtml(run, verdict);
      const levers = run.header.stack === 'lab' ? labTimers : cnpgTimers;
      const change = firstChange(changesFor(run, verdict, levers), verdict);
      const found = contradictionsIn({
        verdict,
        terminal: [...summaryLines(verdict), `what to change: ${change}`].join('\n'),
        markdown: renderMarkdown(run, verdict, { levers }),
        page: wordsOf(page),
      });
      expect(found, 'contradictions').to.deep.equal([]);
      const outage = measuredOf(verdict, 'writeOutageMs')!;
      // How long writes were down, in the reason.
      const total = /(?:of the|of at least|All of it,)(?: at least)? ([\d.]+) s,? passed/.exec(
        cause?.sentence ?? '',
      )?.[1];
      const isWhole =
        outage.evidence[0] !== undefined && cause && !cause.held && cause.ofMs > 0.8 * (outage.value ?? 0);
      if (total !== undefined && isWhole)
        expect(sentence, 'outage').to.match(new RegExp(`down (at least )?${total} s`));
      // How long the fault was in force: the words on it, the sentence, the note of the recovery.
      const ended = /ended its fault after ([\d.]+) s/.exec(sentence)?.[1];
      if (ended !== undefined) expect(cause!.sentence).to.contain(`ended its fault after ${ended} s`);
      const lasted = [...(fault ?? '').matchAll(/for ([\d.]+) s/g)].map(([, text]) => text!);
      const waited = /([\d.]+) s of it before the fault had ended/.exec(measuredOf(verdict, 'recoveryMs')?.note ?? '');
      if (lasted.length === 1 && ended !== undefined) expect(ended, 'in force').to.equal(lasted[0]);
      if (lasted.length === 1 && waited && !/twice|times/.test(fault!))
        expect(waited[1], 'in force').to.equal(lasted[0]);
      // What PgBouncer added, at the top of the page.
      const added = /PgBouncer added ([\d.]+) s/.exec(sentence)?.[1];
      const key = /<dt>added by PgBouncer<\/dt><dd>(.*?)<span class="means">/s.exec(page)?.[1];
      if (added !== undefined && key !== undefined)
        expect(Number.parseFloat(texts(key)) / (texts(key).includes('ms') ? 1000 : 1), 'added').to.be.closeTo(
          Number(added),
          0.06,
        );
      // The limits, on the terminal and on the page.
      for (const check of verdict.checks) {
        const line = summaryLines(verdict).find((one) => one.slice(2).startsWith(`${check.metric} `))!;
        expect(line).to.contain(figureText(check));
        if (check.outcome !== 'pass') expect(texts(page)).to.contain(figureText(check).split(' ')[0]);
      }
    }).timeout(30_000);
});

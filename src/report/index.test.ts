import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { readRunFile } from '../journal/read.ts';
import { whyText } from '../measure/advice/why.ts';
import { judge } from '../measure/judge.ts';
import { historyLine, readHistory } from './history.ts';
import { type Format, reporters } from './index.ts';
import { summaryLines } from './terminal.ts';
import { doubtsShown } from './text.ts';

const journals = new URL('../../fixtures/journals/', import.meta.url);
/** What a file of a format must hold, whatever the run was; of a format that is not named here: something. */
const signs: Partial<Record<Format, (text: string, sentence: string) => boolean>> = {
  html: (text) => text.startsWith('<!doctype html>') && !text.includes('could not be drawn') && text.length < 2_000_000,
  json: (text, sentence) => JSON.parse(text).verdict.sentence === sentence,
  junit: (text) => text.startsWith('<?xml') && text.trimEnd().endsWith('</testsuites>'),
  markdown: (text) => text.startsWith('### '),
};

describe('the reporters', () => {
  for (const name of readdirSync(journals))
    it(`render the recorded run ${name} in every format`, async () => {
      const run = await readRunFile(new URL(`${name}/run.ndjson.gz`, journals).pathname);
      const verdict = judge(run);
      for (const [format, { render }] of Object.entries(reporters)) {
        const text = render(run, verdict);
        const holds = signs[format as Format] ?? (() => text.length > 0);
        expect(holds(text, verdict.sentence), format).to.equal(true);
      }
      expect(summaryLines(verdict)).to.have.lengthOf(
        verdict.checks.length + doubtsShown(verdict).length + (verdict.fault ? 1 : 0) + (whyText(verdict) ? 1 : 0),
      );
      expect(readHistory(JSON.stringify(historyLine(run, verdict)))).to.have.lengthOf(1);
    }).timeout(30_000);
});

/** The first screens of real runs, word for word: each answers how long, why, what to change, and whether to believe it. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { readRunFile } from '../../journal/read.ts';
import type { Run } from '../../journal/run.ts';
import type { Lever } from '../../measure/advice/proposal.ts';
import { judge } from '../../measure/judge.ts';
import { timers as operatorTimers } from '../../stacks/cnpg/timers.ts';
import { timers as labTimers } from '../../stacks/lab/timers.ts';
import { renderHtml } from './index.ts';

const stored = (name: string) => readRunFile(`fixtures/journals/${name}/run.ndjson.gz`);

/** From the top of the page to the limits, as a reader sees it: a line for each block, folds closed. */
function firstScreen(run: Run, levers: readonly Lever[]): string {
  const page = renderHtml(run, judge(run), { levers });
  const part = /<header>.*?(?=<section id="failover">|<details id="not-proved")/s.exec(page)![0];
  return part
    .replace(/<details>.*?<\/details>/gs, '')
    .replace(
      /<a class="evidence".*?<\/a>|<span class="evidence".*?<\/span>|<caption>.*?<\/caption>|<thead.*?<\/thead>/gs,
      '',
    )
    .replace(/<\/(p|h1|h2|h3|li|tr|dd|div)>/g, '\n')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&amp;/g, '&')
    .split('\n')
    .map((line) =>
      line
        .replace(/[ \u202f]+/g, ' ')
        .replace(/ ([.,;:])/g, '$1')
        .trim(),
    )
    .filter(Boolean)
    .join('\n');
}

describe('the first screen of', () => {
  const screens: readonly (readonly [string, string, readonly Lever[]])[] = [
    ['a crash on the lab that passed', 'primary-crash-passed', labTimers],
    ['a switchover in which PgBouncer held clients back', 'planned-switchover-failed', labTimers],
    ['a crash on CloudNativePG', 'k3s-primary-crash-archive', operatorTimers],
    ['a crash on CloudNativePG whose old primary released the lease', 'k3s-primary-crash-2', operatorTimers],
    ['a crash on CloudNativePG whose commits wait for no standby', 'pool-mode-storm-operator-not-held', operatorTimers],
    ['a primary on CloudNativePG that hangs: only the drill ended the outage', 'k3s-primary-freeze', operatorTimers],
    ['a node on CloudNativePG that is cut off', 'k3s-node-isolated', operatorTimers],
    ['a switchover behind paused poolers on CloudNativePG', 'k3s-paused-switchover', operatorTimers],
    ['a deletion on CloudNativePG whose commits waited for a standby', 'primary-delete-now-failed', operatorTimers],
    ['standbys that hung on CloudNativePG: only the drill ended the outage', 'alerts-failed', operatorTimers],
  ];
  for (const [what, name, levers] of screens)
    it(`${what} reads as the page in fixtures/first-screens/${name}.txt`, async () => {
      const golden = readFileSync(`fixtures/first-screens/${name}.txt`, 'utf8');
      expect(`${firstScreen(await stored(name), levers)}\n`).to.equal(golden);
    });

  it('any stored run answers how long, why and what to change', async () => {
    for (const [, name, levers] of screens) {
      const text = firstScreen(await stored(name), levers);
      expect(text, 'how long').to.match(/^(PASS|FAIL|UNKNOWN) .*(down \d|never recovered|held them back for \d)/m);
      expect(text, 'why').to.match(/^Why\n(All of it|\d|Writes did not recover|No scrape showed)/m);
      expect(text, 'what to change').to.match(
        /^What to change\n(Set |Undo |No setting meets |No setting here shortens |No setting that pgdrill models |What helps |Alert on |Resume |Check that|Let clients|Find out first)/m,
      );
    }
  });
});
